using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Security;

namespace EmailRouting.Server.Tests.Unchanged;

/// <summary>Mail with DKIM signatures (RFC 6376), and whether they still hold.</summary>
internal static class SignedMail
{
    private const string Domain = "sender.example";
    private const string Selector = "test";
    private static readonly HeaderId[] SignedFields = [HeaderId.From, HeaderId.To, HeaderId.Subject, HeaderId.Date, HeaderId.MessageId];
    private static readonly AsymmetricCipherKeyPair Key = NewKey();

    /// <summary>Signed every way that RFC 6376 §3.4 knows.</summary>
    public static IEnumerable<CorpusMessage> Corpus() =>
        from header in (DkimCanonicalizationAlgorithm[])[DkimCanonicalizationAlgorithm.Simple, DkimCanonicalizationAlgorithm.Relaxed]
        from body in (DkimCanonicalizationAlgorithm[])[DkimCanonicalizationAlgorithm.Simple, DkimCanonicalizationAlgorithm.Relaxed]
        from text in (string[])["hello\r\n", ".\r\n..\r\n trailing \t \r\n\r\n\r\n", "Grüße\r\n"]
        select new CorpusMessage($"signed {header}/{body}", Sign(header, body, text));

    /// <summary>Whether the message has a signature and it verifies.</summary>
    public static async Task<bool> VerifiesAsync(byte[] content, CancellationToken cancellation)
    {
        MimeMessage message = await MimeMessage.LoadAsync(new MemoryStream(content), cancellation);
        int field = message.Headers.IndexOf(HeaderId.DkimSignature);
        return field >= 0 && await new DkimVerifier(new OneKey()).VerifyAsync(message, message.Headers[field], cancellation);
    }

    private static byte[] Sign(DkimCanonicalizationAlgorithm header, DkimCanonicalizationAlgorithm body, string text)
    {
        var message = new MimeMessage
        {
            Subject = "signed   with  spaces",
            MessageId = "signed@sender.example",
            Date = DateTimeOffset.UnixEpoch,
            Body = new TextPart("plain") { Text = text, ContentTransferEncoding = ContentEncoding.EightBit },
        };
        message.From.Add(new MailboxAddress("A. Sender", "a@sender.example"));
        message.To.Add(new MailboxAddress("", "hello@router.test"));
        message.Prepare(EncodingConstraint.EightBit);
        var signer = new DkimSigner(Key.Private, Domain, Selector) { HeaderCanonicalizationAlgorithm = header, BodyCanonicalizationAlgorithm = body };
        FormatOptions wire = FormatOptions.Default.Clone();
        wire.NewLineFormat = NewLineFormat.Dos;
        wire.EnsureNewLine = true;
        signer.Sign(wire, message, SignedFields);
        var content = new MemoryStream();
        message.WriteTo(wire, content);
        return content.ToArray();
    }

    private static AsymmetricCipherKeyPair NewKey()
    {
        using var rsa = System.Security.Cryptography.RSA.Create(2048);
        return DotNetUtilities.GetRsaKeyPair(rsa);
    }

    private sealed class OneKey : IDkimPublicKeyLocator
    {
        public AsymmetricKeyParameter LocatePublicKey(string methods, string domain, string selector, CancellationToken cancellationToken = default) => Key.Public;

        public Task<AsymmetricKeyParameter> LocatePublicKeyAsync(string methods, string domain, string selector, CancellationToken cancellationToken = default) =>
            Task.FromResult(Key.Public);
    }
}
