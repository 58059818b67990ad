using System.Security.Cryptography;
using EmailRouting.Server.Tests.Harness;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Server.Tests.Unchanged;

/// <summary>Promise 1: the message that leaves is the message that came in, octet for octet; of the envelope, only the recipient is another.</summary>
public sealed class UnchangedTests
{
    private static readonly TimeSpan ArriveWithin = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("CutThrough")]
    [InlineData("Queue")]
    public Task The_whole_corpus_arrives_octet_for_octet(string mode) => ForwardAsync(Corpus.All, mode, tlsIn: false, tlsOut: false);

    [Theory]
    [InlineData("CutThrough", true, true)]
    [InlineData("CutThrough", true, false)]
    [InlineData("CutThrough", false, true)]
    [InlineData("Queue", true, true)]
    public Task A_sample_arrives_octet_for_octet_through_tls(string mode, bool tlsIn, bool tlsOut) => ForwardAsync(Corpus.Sample, mode, tlsIn, tlsOut);

    /// <summary>Messages lie in arrays that hold another message next: while twenty come and go at once, some of them never to be finished, none gets an octet of another.</summary>
    [Theory]
    [InlineData("CutThrough")]
    [InlineData("Queue")]
    public async Task Many_at_once_arrive_octet_for_octet(string mode)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await using var sink = new ScriptedSmtpServer("PIPELINING", "SIZE 104857600");
        for (int i = 0; i < 10; i++)
        {
            sink.AtOnce("DOT", Reaction.Say("451 4.3.2 later"));
        }

        // A window for four messages: the others are read back from the disk.
        await using RunningServer server = await RunningServer.StartAsync(
            sink.EndPoint, ("Delivery:Mode", mode), ("Queue:WindowBytes", "600000"), ("Queue:FirstRetry", "00:00:01"), ("Queue:LongestRetry", "00:00:01"));
        byte[][][] mails = [.. Enumerable.Range(0, 20).Select(sender => Enumerable.Range(0, 15).Select(i => Text(new Random(sender * 100 + i))).ToArray())];

        await Task.WhenAll(mails.Select(async own =>
        {
            foreach (byte[] mail in own)
            {
                await using (RawSmtpClient quitter = await RawSmtpClient.GreetAsync(server.Smtp))
                {
                    await quitter.CommandAsync("MAIL FROM:<from@sender.example>", "250");
                    await quitter.CommandAsync($"RCPT TO:<{RunningServer.Alias}>", "250");
                    await quitter.CommandAsync("DATA", "354");
                    await quitter.SendAsync(mail.AsMemory(0, mail.Length / 2));
                    quitter.Reset();
                }

                await using RawSmtpClient sender = await RawSmtpClient.GreetAsync(server.Smtp);
                Assert.StartsWith("250 2.0.0 ", await sender.MailAsync(mail), StringComparison.Ordinal);
            }
        }));

        string[] sent = [.. mails.SelectMany(own => own).Select(Digest).Order()];
        await Eventually.TrueAsync(
            () => sink.Messages.Count >= sent.Length + 10, ArriveWithin, () => $"{sink.Messages.Count} of {sent.Length + 10} arrived.\n{server.Log}", cancellation);
        Assert.Equal(sent, sink.Messages.Select(mail => Digest(mail.Content)).Distinct().Order());
    }

    [Fact]
    public async Task Every_signature_of_the_corpus_verifies_and_none_with_an_octet_changed()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Assert.True(Corpus.All.Count >= 300);
        CorpusMessage[] signed = [.. SignedMail.Corpus()];
        Assert.NotEmpty(signed);
        foreach (CorpusMessage message in signed)
        {
            Assert.True(await SignedMail.VerifiesAsync(message.Content, cancellation), message.ToString());
            message.Content[^3] ^= 1;
            Assert.False(await SignedMail.VerifiesAsync(message.Content, cancellation), message.ToString());
        }
    }

    private static async Task ForwardAsync(IReadOnlyList<CorpusMessage> corpus, string mode, bool tlsIn, bool tlsOut)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        string[] extensions = ["PIPELINING", "SIZE 104857600", "8BITMIME", "SMTPUTF8", "DSN", .. tlsOut ? (string[])["STARTTLS"] : []];
        using var certificate = SelfSignedCertificate.For("remote.example");
        await using var sink = new ScriptedSmtpServer(extensions) { Certificate = certificate };
        await using RunningServer server = await RunningServer.StartAsync(sink.EndPoint, ("Delivery:Mode", mode), ("Smtp:LoopLimit", "1000"));
        await using RawSmtpClient sender = await RawSmtpClient.GreetAsync(server.Smtp, tlsIn);

        foreach (CorpusMessage message in corpus)
        {
            string reply = await sender.MailAsync(message.Content);
            Assert.True(reply.StartsWith("250 2.0.0 ", StringComparison.Ordinal), $"{message}: {reply}");
        }

        await Eventually.TrueAsync(
            () => sink.Messages.Count >= corpus.Count, ArriveWithin, () => $"{sink.Messages.Count} of {corpus.Count} arrived.\n{server.Log}", cancellation);
        ReceivedMail[] arrived = [.. sink.Messages];

        Assert.Equal(corpus.Count, arrived.Length);
        ILookup<string, ReceivedMail> byDigest = arrived.ToLookup(mail => Digest(mail.Content));
        foreach (IGrouping<string, CorpusMessage> sent in corpus.GroupBy(message => Digest(message.Content)))
        {
            Assert.True(sent.Count() == byDigest[sent.Key].Count(), $"changed or missing: {string.Join(", ", sent)}");
        }

        foreach (ReceivedMail mail in arrived)
        {
            Assert.Equal("MAIL FROM:<from@sender.example>", string.Join(' ', mail.Mail.Split(' ')[..2]));
            Assert.Equal($"RCPT TO:<{RunningServer.Inbox}>", mail.Rcpt);
        }

        Assert.Equal(tlsOut, sink.Commands.Contains("STARTTLS"));
        foreach (CorpusMessage message in corpus.Where(message => message.Name.StartsWith("signed", StringComparison.Ordinal)))
        {
            Assert.True(await SignedMail.VerifiesAsync(byDigest[Digest(message.Content)].First().Content, cancellation), message.ToString());
        }
    }

    private static byte[] Text(Random dice)
    {
        byte[] text = new byte[61 * dice.Next(16, 4_000)];
        dice.NextBytes(text);
        for (int i = 0; i < text.Length; i++)
        {
            text[i] = (i % 61) switch { 59 => (byte)'\r', 60 => (byte)'\n', _ => (byte)(text[i] & 0x1F | 0x40) };
        }

        "\r\n"u8.CopyTo(text);
        return text;
    }

    private static string Digest(byte[] content) => Convert.ToHexString(SHA256.HashData(content));
}
