using System.Net;
using System.Runtime.Versioning;
using System.Text;
using EmailRouting.Rules;
using EmailRouting.Server.Tests.Harness;
using EmailRouting.Storage;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Server.Tests.Interop;

/// <summary>A real Postfix takes a forwarded mail, cannot deliver it after all, and reports that to the address that we made of its sender.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class PostfixBounceTests
{
    // Its inbox takes everything and keeps nothing: exit code 67 is EX_NOUSER to pipe(8), "5.1.1" to the sender.
    private static readonly string[] Settings =
    [
        "virtual_mailbox_domains = inbox.test, sender.test",
        "virtual_mailbox_maps = inline:{you@inbox.test=you@inbox.test/, me@sender.test=me@sender.test/}",
        "transport_maps = inline:{you@inbox.test=nobody:}",
    ];

    private static readonly string[] Services = ["nobody unix - n n - - pipe", "  user=nobody argv=/bin/sh -c { exit 67 }"];

    [Theory]
    [InlineData(ForwardingProfile.Srs)]
    [InlineData(ForwardingProfile.Authenticated)]
    public async Task The_sender_reads_in_his_mailbox_that_it_failed_and_nothing_of_where(ForwardingProfile profile)
    {
        var router = new IPEndPoint(IPAddress.Loopback, LoopbackPort.Free(1)[0]);
        await using Provider provider = await Provider.StartAsync(router, Settings, Services);
        await using var dns = new ScriptedNameServer();
        await using RunningServer server = await RunningServer.CreateAsync(
            provider.Smtp, ("Smtp:Listen", router.ToString()), ("Dns:Servers", dns.EndPoint.ToString()), ("Dns:Timeout", "00:00:01"), ("Dns:Retries", "0"));
        await server.EditRulesAsync(async book =>
            Assert.IsType<Edit.Done>(await book.ChangeDomainAsync("router.test", new DomainChange { Profile = profile }, CancellationToken.None)));
        await server.StartAsync();

        await using (RawSmtpClient sender = await RawSmtpClient.GreetAsync(router))
        {
            byte[] sent = Encoding.ASCII.GetBytes("From: me@sender.test\r\nTo: hello@router.test\r\nSubject: to nobody\r\nMessage-ID: <nobody@sender.test>\r\n\r\nhello\r\n");
            Assert.StartsWith("250 2.0.0 ", await sender.MailAsync(sent, "MAIL FROM:<me@sender.test>"), StringComparison.Ordinal);
        }

        string report = Encoding.UTF8.GetString(await provider.ReadAsync("me@sender.test", "could not be delivered"));
        string ours = report[report.IndexOf("From: Mail delivery", StringComparison.Ordinal)..];
        Assert.Contains("Final-Recipient: rfc822; hello@router.test\r\nAction: failed\r\nStatus: 5.1.1\r\n", ours, StringComparison.Ordinal);
        Assert.Contains("Message-ID: <nobody@sender.test>", ours, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("inbox.test", ours, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("provider.test", ours, StringComparison.OrdinalIgnoreCase);
    }
}
