using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace EmailRouting.MailAuth.Arc;

/// <summary>The ARC sets of a message, before anything is verified.</summary>
/// <param name="Sets">From the first handler to the last; none where the chain is broken.</param>
/// <param name="Highest">The greatest instance that any field names; 0 in a message without ARC.</param>
/// <param name="Problem">Why these fields are no chain; null where they are one.</param>
/// <param name="IsClosed">A handler has found the chain broken and said so (<c>cv=fail</c>): nobody adds to it any more (RFC 8617 §5.1.2).</param>
internal sealed record ArcChain(ImmutableArray<ArcSet> Sets, int Highest, string? Problem, bool IsClosed)
{
    /// <summary>RFC 8617 §4.2.1.</summary>
    public const int MaxInstance = 50;

    private static readonly ArcChain None = new([], 0, Problem: null, IsClosed: false);

    private const string ResultsName = "arc-authentication-results";
    private const string SignatureName = "arc-message-signature";
    private const string SealName = "arc-seal";

    public bool IsEmpty => Highest == 0 && Problem is null;

    public static ArcChain Read(MessageHeader header)
    {
        if (header.IsTooLong)
        {
            return Broken(0, "header too long");
        }

        if (header.Count(ResultsName) + header.Count(SignatureName) + header.Count(SealName) == 0)
        {
            return None;
        }

        var fields = new Dictionary<(int Instance, string Name), (MessageField Field, TagList? Tags)>();
        int highest = 0;
        string? problem = null;
        bool isClosed = false;
        foreach (MessageField field in header.Fields)
        {
            if (field.Name is not (ResultsName or SignatureName or SealName))
            {
                continue;
            }

            TagList? tags = null;
            int instance = field.Name == ResultsName
                ? InstanceOfResults(header.Value(field).Span)
                : TagList.TryParse(header.Value(field), out tags) ? Instance(tags["i"]) : 0;
            if (instance == 0)
            {
                problem ??= $"{field.Name} that cannot be read";
                continue;
            }

            highest = Math.Max(highest, instance);
            isClosed |= tags?["cv"] == "fail" && field.Name == SealName;
            if (!fields.TryAdd((instance, field.Name), (field, tags)))
            {
                problem ??= $"two {field.Name} with i={instance}";
            }
        }

        ImmutableArray<ArcSet>.Builder sets = ImmutableArray.CreateBuilder<ArcSet>();
        for (int i = 1; i <= highest && problem is null; i++)
        {
            if (fields.TryGetValue((i, ResultsName), out var results)
                && fields.TryGetValue((i, SignatureName), out var signature)
                && fields.TryGetValue((i, SealName), out var seal))
            {
                sets.Add(new ArcSet(i, results.Field, signature.Field, signature.Tags!, seal.Field, seal.Tags!));
            }
            else
            {
                problem = $"set {i} is not whole";
            }
        }

        return problem is null
            ? new ArcChain(sets.DrainToImmutable(), highest, Problem: null, isClosed)
            : Broken(highest, problem) with { IsClosed = isClosed };
    }

    private static ArcChain Broken(int highest, string problem) => new([], highest, problem, IsClosed: false);

    /// <summary>0 for what is no instance.</summary>
    private static int Instance(string? text) =>
        text is { Length: 1 or 2 } && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int instance) && instance <= MaxInstance ? instance : 0;

    // "i=1; the.authserv.id; ...": it stands first, and a semicolon behind it (RFC 8617 §4.1.1).
    private static int InstanceOfResults(ReadOnlySpan<byte> value)
    {
        int semicolon = value.IndexOf((byte)';');
        int equals = value.IndexOf((byte)'=');
        return semicolon < 0 || equals < 0 || equals > semicolon || !value[..equals].Trim(" \t\r\n"u8).SequenceEqual("i"u8)
            ? 0
            : Instance(Encoding.ASCII.GetString(value[(equals + 1)..semicolon].Trim(" \t\r\n"u8)));
    }
}
