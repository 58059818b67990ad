using System.Buffers;
using System.Collections.Immutable;
using EmailRouting.MailAuth.Keys;

namespace EmailRouting.MailAuth.Dkim;

/// <summary>Signs mail that we wrote ourselves. What passes through is never signed: it is its sender's.</summary>
public static class DkimSigner
{
    /// <summary>The <c>DKIM-Signature</c> field to stand in front of the message, its line end included.</summary>
    /// <param name="message">The whole message, lines ended with CR LF.</param>
    /// <param name="key">Of the domain in its From.</param>
    /// <param name="now">Written as <c>t=</c>.</param>
    public static byte[] Sign(ReadOnlyMemory<byte> message, SigningKey key, DateTimeOffset now)
    {
        int length = Mail.HeaderFacts.HeaderLength(message.Span);
        var header = MessageHeader.Parse(length < 0 ? message : message[..length]);
        using var body = new BodyCanonicalizer(Canonicalization.Relaxed, []);
        body.Append(message.Span[header.Length..]);
        ImmutableArray<string> names = SignatureComposer.NamesToSign(header);

        var signed = new ArrayBufferWriter<byte>(4096);
        SignedDigest.WriteNamed(header, names, Canonicalization.Relaxed, signed);
        return SignatureComposer.Compose(
            "DKIM-Signature",
            [
                "v=1",
                $"a={SigningAlgorithm.RsaSha256.Tag()}",
                "c=relaxed/relaxed",
                $"d={key.Domain}",
                $"s={key.Selector}",
                $"t={now.ToUnixTimeSeconds()}",
                $"h={string.Join(':', names)}",
                $"bh={Convert.ToBase64String(body.Complete())}",
            ],
            signed,
            key);
    }
}
