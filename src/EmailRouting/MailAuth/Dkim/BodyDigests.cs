using System.Buffers;
using EmailRouting.Mail;

namespace EmailRouting.MailAuth.Dkim;

/// <summary>The digests of one body that the signatures of its message are held against, computed in one pass over the octets.</summary>
internal sealed class BodyDigests
{
    private const int ReadSize = 64 * 1024;

    private static readonly BodyDigests None = new();

    private readonly Dictionary<Canonicalization, (byte[] Whole, long Length, BodyCanonicalizer Source)> _digests = [];

    private BodyDigests()
    {
    }

    /// <param name="content">The whole message.</param>
    /// <param name="start">Where its body begins.</param>
    /// <param name="signatures">What is wanted is what they name.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="IOException">The spool file cannot be read.</exception>
    public static async ValueTask<BodyDigests> ComputeAsync(
        MessageContent content, int start, IReadOnlyCollection<SignatureField> signatures, CancellationToken cancellation)
    {
        if (signatures.Count == 0)
        {
            return None;
        }

        var digests = new BodyDigests();
        BodyCanonicalizer[] wanted = [.. signatures.GroupBy(static s => s.BodyForm)
            .Select(static form => new BodyCanonicalizer(form.Key, form.Where(static s => s.BodyLength is not null).Select(static s => s.BodyLength!.Value)))];
        try
        {
            await AppendBodyAsync(wanted, content, start, cancellation);
            foreach (BodyCanonicalizer form in wanted)
            {
                byte[] whole = form.Complete();
                digests._digests[form.How] = (whole, form.Length, form);
            }

            return digests;
        }
        finally
        {
            foreach (BodyCanonicalizer form in wanted)
            {
                form.Dispose();
            }
        }
    }

    /// <summary>Whether the body is what a signature says it is.</summary>
    /// <param name="signature">One of those that the digests were computed for.</param>
    /// <param name="unsigned">Octets of the body's form behind <c>l=</c>, which anybody may have added.</param>
    public bool Matches(SignatureField signature, out long unsigned)
    {
        (byte[] whole, long length, BodyCanonicalizer source) = _digests[signature.BodyForm];
        unsigned = signature.BodyLength is { } signed ? Math.Max(0, length - signed) : 0;
        byte[]? digest = signature.BodyLength is { } limit ? source.At(limit) : whole;
        return digest is not null && digest.AsSpan().SequenceEqual(signature.BodyDigest);
    }

    internal static async ValueTask AppendBodyAsync(BodyCanonicalizer[] wanted, MessageContent content, int start, CancellationToken cancellation)
    {
        if (content.TryGetMemory(out ReadOnlySequence<byte> memory))
        {
            foreach (ReadOnlyMemory<byte> part in memory.Slice(start))
            {
                AppendToAll(wanted, part.Span);
            }

            return;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        try
        {
            await using Stream stream = content.OpenRead();
            stream.Position = start;
            while (await stream.ReadAsync(buffer, cancellation) is > 0 and int read)
            {
                AppendToAll(wanted, buffer.AsSpan(0, read));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void AppendToAll(BodyCanonicalizer[] wanted, ReadOnlySpan<byte> octets)
    {
        foreach (BodyCanonicalizer form in wanted)
        {
            form.Append(octets);
        }
    }
}
