using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using EmailRouting.Mail;
using EmailRouting.MailAuth.Dkim;
using EmailRouting.MailAuth.Keys;

namespace EmailRouting.MailAuth.Arc;

/// <summary>Adds our set to the chain of those who handled a message (RFC 8617 §5.1).</summary>
/// <remarks>What is made stands in front of the message; the message itself is not touched, so its octets are an exact suffix of what is sent.</remarks>
public static class ArcSealer
{
    /// <summary>
    /// The three fields of our set, line ends included; null where none may be added: the chain is closed or full, its state is not known because
    /// the DNS did not answer, or the header is too long to be signed.
    /// </summary>
    /// <param name="content">The message as it came.</param>
    /// <param name="chain">What validation of this very message found. A chain that does not hold is sealed as such.</param>
    /// <param name="results">Server name and results as in <c>Authentication-Results</c>, folded, without field name and last line end.</param>
    /// <param name="key">Of the domain that answers for the forwarding.</param>
    /// <param name="now">Written as <c>t=</c>.</param>
    /// <param name="cancellation">Ends the reading of a spool file.</param>
    /// <exception cref="IOException">The spool file cannot be read.</exception>
    public static async Task<byte[]?> SealAsync(
        MessageContent content, ArcResult chain, string results, SigningKey key, DateTimeOffset now, CancellationToken cancellation)
    {
        MessageHeader header = await MessageHeader.ReadAsync(content, cancellation);
        var sets = ArcChain.Read(header);
        int instance = sets.Highest + 1;
        if (header.IsTooLong || sets.IsClosed || instance > ArcChain.MaxInstance || Validation(sets, chain) is not { } validation)
        {
            return null;
        }

        byte[] aar = Encoding.UTF8.GetBytes($"ARC-Authentication-Results: i={instance}; {results}\r\n");
        byte[] ams = Signature(header, await DigestAsync(content, header.Length, cancellation), instance, key, now);

        // §5.1.2: over a chain that does not hold nothing can be signed but our own set.
        var before = new ArrayBufferWriter<byte>(8192);
        if (validation == "pass")
        {
            ArcVerifier.WriteSealed(header, sets.Sets.AsSpan(), before);
        }

        FieldCanonicalization.Write(aar, Canonicalization.Relaxed, before);
        FieldCanonicalization.Write(ams, Canonicalization.Relaxed, before);
        byte[] seal = SignatureComposer.Compose(
            "ARC-Seal",
            [
                $"i={instance}",
                $"a={SigningAlgorithm.RsaSha256.Tag()}",
                $"t={now.ToUnixTimeSeconds()}",
                $"cv={validation}",
                $"d={key.Domain}",
                $"s={key.Selector}",
            ],
            before,
            key);
        return [.. seal, .. ams, .. aar];
    }

    /// <summary><c>cv=</c>; null where it is not known.</summary>
    private static string? Validation(ArcChain sets, ArcResult chain) => chain.Status switch
    {
        AuthStatus.None when sets.IsEmpty => "none",
        AuthStatus.Pass when sets.Problem is null && !sets.IsEmpty => "pass",
        AuthStatus.Fail when !sets.IsEmpty => "fail",
        _ => null,
    };

    private static byte[] Signature(MessageHeader header, byte[] bodyDigest, int instance, SigningKey key, DateTimeOffset now)
    {
        ImmutableArray<string> names = SignatureComposer.NamesToSign(header);
        var signed = new ArrayBufferWriter<byte>(4096);
        SignedDigest.WriteNamed(header, names, Canonicalization.Relaxed, signed);
        return SignatureComposer.Compose(
            "ARC-Message-Signature",
            [
                $"i={instance}",
                $"a={SigningAlgorithm.RsaSha256.Tag()}",
                "c=relaxed/relaxed",
                $"d={key.Domain}",
                $"s={key.Selector}",
                $"t={now.ToUnixTimeSeconds()}",
                $"h={string.Join(':', names)}",
                $"bh={Convert.ToBase64String(bodyDigest)}",
            ],
            signed,
            key);
    }

    private static async ValueTask<byte[]> DigestAsync(MessageContent content, int start, CancellationToken cancellation)
    {
        using var body = new BodyCanonicalizer(Canonicalization.Relaxed, []);
        await BodyDigests.AppendBodyAsync([body], content, start, cancellation);
        return body.Complete();
    }
}
