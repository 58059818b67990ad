using System.Collections.Immutable;

namespace EmailRouting.MailAuth.Dkim;

/// <summary>A <c>DKIM-Signature</c> field that is yet to be verified, or the reason why it need not be.</summary>
internal abstract record DkimSignature
{
    /// <summary>Signatures that are verified. A message has one or two; the uppermost were made last.</summary>
    public const int MaxVerified = 10;

    // Fields beyond those are counted in one result: a message of a thousand signatures is not to fill our records.
    private const string FieldName = "dkim-signature";

    // Clocks differ; a signature from further ahead than this was not made by one.
    private const long MaxClockDifference = 300;

    private DkimSignature()
    {
    }

    /// <summary>Needs its key and the digest of the body.</summary>
    public sealed record Verifiable(SignatureField Field, string Identity) : DkimSignature;

    /// <summary>Will not pass, whatever the DNS says.</summary>
    public sealed record Hopeless(DkimResult Result) : DkimSignature;

    /// <summary>All signatures of a message, from the top.</summary>
    /// <param name="header">May be anything.</param>
    /// <param name="now">UTC seconds since 1970.</param>
    public static ImmutableArray<DkimSignature> ReadAll(MessageHeader header, long now)
    {
        if (header.IsTooLong)
        {
            return [new Hopeless(new DkimResult(AuthStatus.PermanentError, null, null, null, "header too long"))];
        }

        ImmutableArray<DkimSignature>.Builder signatures = ImmutableArray.CreateBuilder<DkimSignature>();
        string? problem = ProblemOfMessage(header);
        foreach (MessageField field in header.Fields)
        {
            if (field.Name != FieldName)
            {
                continue;
            }

            if (signatures.Count == MaxVerified)
            {
                signatures.Add(new Hopeless(new DkimResult(AuthStatus.Policy, null, null, null, $"more than {MaxVerified} signatures; the rest were not verified")));
                break;
            }

            signatures.Add(Read(header, field, problem, now));
        }

        return signatures.DrainToImmutable();
    }

    // RFC 6376 §8.15: with two From fields one may be signed and the other shown.
    private static string? ProblemOfMessage(MessageHeader header) => header.Count("from") switch
    {
        0 => "message without From",
        1 => null,
        _ => "message with several From",
    };

    private static DkimSignature Read(MessageHeader header, MessageField field, string? problemOfMessage, long now)
    {
        if (!TagList.TryParse(header.Value(field), out TagList? tags))
        {
            return new Hopeless(new DkimResult(AuthStatus.PermanentError, null, null, null, "unreadable signature"));
        }

        if (!SignatureField.TryRead(field, tags, out SignatureField? signature, out string? problem))
        {
            _ = SignatureTags.TryReadDomain(tags, "d", out string? domain);
            _ = SignatureTags.TryReadDomain(tags, "s", out string? selector);
            return new Hopeless(new DkimResult(AuthStatus.PermanentError, domain, selector, null, problem) { SignatureStart = StartOf(tags) });
        }

        string identity = signature.Identity ?? $"@{signature.Domain}";
        problem = tags["v"] != "1" ? "unknown v="
            : problemOfMessage ?? ProblemOf(signature, identity, now);
        return problem is null
            ? new Verifiable(signature, identity)
            : new Hopeless(new DkimResult(AuthStatus.PermanentError, signature.Domain, signature.Selector, signature.Algorithm, problem) { SignatureStart = StartOf(tags) });
    }

    private static string StartOf(TagList tags) => tags.Compact("b") is { } b ? b[..Math.Min(8, b.Length)] : string.Empty;

    private static string? ProblemOf(SignatureField signature, string identity, long now)
    {
        if (!signature.Names.Contains("from"))
        {
            return "From is not signed";
        }

        if (DomainOf(identity) is not { } domain || !DnsName.IsWithin(domain, signature.Domain))
        {
            return "i= is not within d=";
        }

        if (signature.SignedAt > now + MaxClockDifference)
        {
            return "signed in the future";
        }

        if (signature.ExpiresAt <= signature.SignedAt)
        {
            return "x= is not after t=";
        }

        return signature.ExpiresAt < now ? "signature expired" : null;
    }

    /// <summary>The domain right of the last <c>@</c>; null where there is none.</summary>
    internal static string? DomainOf(string identity) =>
        identity.LastIndexOf('@') is >= 0 and int at && DnsName.TryNormalize(identity.AsSpan(at + 1), out string? domain) ? domain : null;
}
