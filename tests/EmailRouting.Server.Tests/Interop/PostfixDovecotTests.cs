using System.Net;
using System.Runtime.Versioning;
using System.Text;
using EmailRouting.Server.Tests.Harness;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Server.Tests.Interop;

/// <summary>An inbox that somebody already has: Postfix takes the forwarded mail, Dovecot shows it.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class PostfixDovecotTests
{
    // What programs like to tidy: order, case and folding of headers, Bcc, Content-Length, leading dots, white space at a line's end, 8-bit text.
    private static byte[] Awkward(string subject) => Encoding.Latin1.GetBytes(
        "content-LENGTH: 7\r\nBcc: secret@sender.example\r\nX-Folded: a\r\n\tb\r\n   c  \r\nDate: Tue, 24 Nov 2026 01:00:00 +0000\r\n"
        + $"Subject:   {subject}\r\nMessage-ID: <{subject}@sender.example>\r\nFROM: \"A. Person\" <from@sender.example>\r\nTo: hello@router.test\r\n"
        + "To: twice@router.test\r\nX-Empty:\r\n\r\n.\r\n..two\r\n.x\r\nspace at the end \t \r\n\r\n8-bit: \u00e5\u00e4\u00f6\r\nFrom here on\r\n\r\n\r\n");

    [Theory]
    [InlineData("CutThrough")]
    [InlineData("Queue")]
    public async Task What_was_sent_is_in_the_inbox_byte_for_byte_below_the_lines_of_the_provider(string mode)
    {
        // The provider only receives here: the port it would relay to has nobody.
        await using Provider provider = await Provider.StartAsync(new IPEndPoint(IPAddress.Loopback, LoopbackPort.Free(1)[0]));
        await using RunningServer server = await RunningServer.StartAsync(provider.Smtp, ("Delivery:Mode", mode));
        byte[] sent = Awkward($"direct-{mode}");

        await using (RawSmtpClient sender = await RawSmtpClient.GreetAsync(server.Smtp))
        {
            Assert.StartsWith("250 2.0.0 ", await sender.MailAsync(sent), StringComparison.Ordinal);
        }

        byte[] read = await provider.ReadAsync($"direct-{mode}");
        Assert.Equal(sent, read[^sent.Length..]);
        AssertOnlyTheProvidersLines(read[..^sent.Length], received: 1);
    }

    [Fact]
    public async Task Postfix_sends_to_us_and_takes_from_us_over_STARTTLS_and_nothing_changes_on_the_way()
    {
        var router = new IPEndPoint(IPAddress.Loopback, LoopbackPort.Free(1)[0]);
        await using Provider provider = await Provider.StartAsync(router);
        await using RunningServer server = await RunningServer.StartAsync(provider.Smtp, ("Smtp:Listen", router.ToString()));
        byte[] sent = Awkward("round");

        await using (RawSmtpClient sender = await RawSmtpClient.GreetAsync(provider.Smtp))
        {
            Assert.StartsWith("250 2.0.0 ", await sender.MailAsync(sent), StringComparison.Ordinal);
        }

        byte[] read = await provider.ReadAsync("round");
        Assert.Equal(sent, read[^sent.Length..]);
        string above = AssertOnlyTheProvidersLines(read[..^sent.Length], received: 2);

        // The upper Received line is of the hop from us to Postfix. That Postfix came to us in TLS is its own setting: encrypt or not at all.
        Assert.Contains("(using TLSv1.", above.Split("Received: ")[1], StringComparison.Ordinal);
    }

    private static string AssertOnlyTheProvidersLines(byte[] octets, int received)
    {
        string above = Encoding.ASCII.GetString(octets);
        string[] names = [.. above.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] is not (' ' or '\t')).Select(line => line.Split(':')[0])];
        Assert.Equal(["Return-Path", "X-Original-To", "Delivered-To", .. Enumerable.Repeat("Received", received)], names);
        Assert.Contains("Return-Path: <from@sender.example>\r\n", above, StringComparison.Ordinal);
        return above;
    }
}
