using System.Diagnostics;
using System.Net;
using System.Runtime.Versioning;
using System.Text;
using System.Text.RegularExpressions;
using EmailRouting.MailAuth.Keys;
using EmailRouting.Rules;
using EmailRouting.Server.Tests.Harness;
using EmailRouting.Storage;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Server.Tests.Interop;

/// <summary>
/// Two of our servers and a Postfix with postsrsd in a circle, each rewriting the sender of the one before and all but Postfix putting a trace in front:
/// <c>hello@router.test → you@inbox.test → back@third.test → hello@router.test</c>.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed partial class RingTests
{
    private const int Limit = 3;

    [Fact]
    public async Task A_ring_of_forwarders_ends_and_its_sender_is_told_in_his_mailbox()
    {
        LocalProgram.Require("postsrsd", "postsrsd");
        int[] ports = LoopbackPort.Free(4);
        IPEndPoint[] routers = [new(IPAddress.Loopback, ports[0]), new(IPAddress.Loopback, ports[1])];
        using var folder = new PeerFolder();
        await File.WriteAllTextAsync(folder["secret"], "tops3cr3t\n", TestContext.Current.CancellationToken);
        await using Provider third = await Provider.StartAsync(
            routers[0],
            [
                "relay_domains = router.test, inbox.test",
                $"transport_maps = inline:{{router.test=smtp:[127.0.0.1]:{ports[0]}, inbox.test=smtp:[127.0.0.1]:{ports[1]}}}",
                "virtual_mailbox_domains = sender.test",
                "virtual_mailbox_maps = inline:{me@sender.test=me@sender.test/}",
                "virtual_alias_domains = third.test",
                "virtual_alias_maps = inline:{back@third.test=hello@router.test}",
                $"sender_canonical_maps = tcp:127.0.0.1:{ports[2]}",
                "sender_canonical_classes = envelope_sender",
                $"recipient_canonical_maps = tcp:127.0.0.1:{ports[3]}",
                "recipient_canonical_classes = envelope_recipient",
            ],
            []);
        using Process postsrsd = Process.Start("postsrsd", [$"-s{folder["secret"]}", "-dthird.test", "-Xsender.test", "-4", $"-f{ports[2]}", $"-r{ports[3]}", "-l127.0.0.1"]);
        try
        {
            await using var dns = new ScriptedNameServer();
            (string, string)[] settings = [("Smtp:LoopLimit", $"{Limit}"), ("Dns:Servers", dns.EndPoint.ToString()), ("Dns:Timeout", "00:00:01"), ("Dns:Retries", "0")];
            await using RunningServer one = await RunningServer.CreateAsync(third.Smtp, [.. settings, ("Smtp:Listen", routers[0].ToString())]);
            await using RunningServer other = await RunningServer.CreateAsync(
                third.Smtp, [.. settings, ("Smtp:Listen", routers[1].ToString()), ("Smtp:HostName", "mx.inbox.test")]);
            await SealAsync(one, "router.test", dns);
            await other.EditRulesAsync(async book =>
            {
                Assert.IsType<Edit.Done>(await book.RemoveDomainAsync("router.test", CancellationToken.None));
                Assert.IsType<Edit.Done>(await book.RemoveDestinationAsync(RunningServer.Inbox, CancellationToken.None));
                Assert.IsType<Edit.Done>(await book.AddDomainAsync("inbox.test", DomainState.Live, subAddressing: false, CancellationToken.None));
                Assert.IsType<Edit.Done>(await book.AddDestinationAsync("back@third.test", verified: true, CancellationToken.None));
            });
            await other.AddRuleAsync(RunningServer.Inbox, new DraftAction.Forward(["back@third.test"]));
            await SealAsync(other, "inbox.test", dns);
            await one.StartAsync();
            await other.StartAsync();

            await using (RawSmtpClient sender = await RawSmtpClient.GreetAsync(routers[0]))
            {
                byte[] sent = Encoding.ASCII.GetBytes("From: me@sender.test\r\nSubject: round\r\nMessage-ID: <round@sender.test>\r\n\r\nround\r\n");
                Assert.StartsWith("250 2.0.0 ", await sender.MailAsync(sent, "MAIL FROM:<me@sender.test>"), StringComparison.Ordinal);
            }

            string report = Encoding.UTF8.GetString(await third.ReadAsync("me@sender.test", "could not be delivered"));
            Assert.Contains("Final-Recipient: rfc822; hello@router.test\r\nAction: failed\r\nStatus: 5.4.6\r\n", report, StringComparison.Ordinal);
            Assert.Contains("554 5.4.6", one.Log, StringComparison.Ordinal);
            string[] senders = [.. Incoming().Matches(one.Log).Select(match => match.Groups[1].Value)];
            Assert.Equal(Limit + 1, senders.Length);
            Assert.Equal("me@sender.test", senders[0]);

            // Whoever comes second guards the first; from then on the address grows no more.
            Assert.All(senders[1..], sender => Assert.Matches("(?i)^SRS1=[^=]{4}=router\\.test==[^=]{4}=[A-Z2-7]{2}=sender\\.test=me@third\\.test$", sender));
        }
        finally
        {
            await LocalProgram.RunAsync("kill", "", "-TERM", postsrsd.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
            await postsrsd.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task SealAsync(RunningServer server, string domain, ScriptedNameServer dns)
    {
        await server.EditRulesAsync(async book =>
            Assert.IsType<Edit.Done>(await book.ChangeDomainAsync(domain, new DomainChange { Profile = ForwardingProfile.Authenticated }, CancellationToken.None)));
        SigningKey key = new SigningKeys(server.Data, TimeProvider.System).Get(domain);
        dns.On($"TXT {key.RecordName}", $"{key.RecordName} TXT {key.RecordText}");
    }

    [GeneratedRegex(" in (?:delivered|queued|refused) from=<([^>]+)> to=<hello@router.test>")]
    private static partial Regex Incoming();
}
