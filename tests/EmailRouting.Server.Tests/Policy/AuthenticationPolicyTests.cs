using System.Text;
using EmailRouting.Policy;
using EmailRouting.Server.Tests.Harness;
using EmailRouting.Storage;
using EmailRouting.Testing;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace EmailRouting.Server.Tests.Policy;

/// <summary>SPF, DKIM and DMARC over the whole server: what the DNS says, what the sender hears, what is written down.</summary>
public sealed class AuthenticationPolicyTests(PolicyServer server) : IClassFixture<PolicyServer>
{
    [Theory]
    [InlineData(PolicyAction.Off, "250 2.0.0", null)]
    [InlineData(PolicyAction.Tag, "250 2.0.0", "tag")]
    [InlineData(PolicyAction.Quarantine, "250 2.0.0", "quarantine")]
    [InlineData(PolicyAction.Reject, "550 5.7.23", "reject")]
    public async Task A_client_that_SPF_does_not_know_is_treated_as_the_domain_wants(PolicyAction action, string heard, string? written)
    {
        string domain = await server.AddDomainAsync(new PolicyChange { Spf = action });
        server.Dns.On("TXT spf-fail.test", "spf-fail.test TXT v=spf1 ip4:192.0.2.1 -all");

        string reply = await server.SendAsync("a@spf-fail.test", $"hello@{domain}", Mail("spf-fail.test"));

        Assert.StartsWith(heard, reply, StringComparison.Ordinal);
        Assert.Equal(written is null ? [] : [("spf", "fail", written)], await server.ChecksAsync($"hello@{domain}"));
    }

    [Theory]
    [InlineData("reject", PolicyAction.Reject, "550 5.7.26", "reject")]
    [InlineData("reject", PolicyAction.Quarantine, "250 2.0.0", "quarantine")]
    [InlineData("reject", PolicyAction.Tag, "250 2.0.0", "tag")]
    [InlineData("quarantine", PolicyAction.Reject, "250 2.0.0", "quarantine")]
    [InlineData("none", PolicyAction.Reject, "250 2.0.0", "tag")]
    public async Task A_forged_author_is_treated_as_his_domain_asks_as_far_as_ours_lets_it(string published, PolicyAction action, string heard, string written)
    {
        string domain = await server.AddDomainAsync(new PolicyChange { Dmarc = action });
        string author = $"{published}-{action}.test".ToLowerInvariant();
        server.Dns.On($"TXT _dmarc.{author}", $"_dmarc.{author} TXT v=DMARC1; p={published}");

        string reply = await server.SendAsync("a@elsewhere.test", $"hello@{domain}", Mail(author));

        Assert.StartsWith(heard, reply, StringComparison.Ordinal);
        Assert.Contains(("dmarc", "fail", written), await server.ChecksAsync($"hello@{domain}"));
    }

    [Fact]
    public async Task What_is_held_by_a_policy_waits_in_the_queue_and_has_a_status_of_its_own()
    {
        string domain = await server.AddDomainAsync(new PolicyChange { Spf = PolicyAction.Quarantine });
        server.Dns.On("TXT held.test", "held.test TXT v=spf1 -all");

        await server.SendAsync("a@held.test", $"hello@{domain}", Mail("held.test", "held-mail"));

        MessageRow message = await server.WrittenAsync($"hello@{domain}");
        Assert.Equal(("held", MessageStatus.Quarantined), (message.Result, message.Status));
        Assert.DoesNotContain(server.Inbox.Messages, mail => Encoding.UTF8.GetString(mail.Content).Contains("held-mail", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_everything_is_off_nothing_is_asked()
    {
        await using var dns = new ScriptedNameServer();
        await using var inbox = new ScriptedSmtpServer();
        await using RunningServer plain = await RunningServer.StartAsync(inbox.EndPoint, ("Dns:Servers", dns.EndPoint.ToString()));

        await using RawSmtpClient client = await RawSmtpClient.GreetAsync(plain.Smtp);
        string reply = await client.MailAsync("From: a@forged.test\r\n\r\nhello\r\n"u8.ToArray(), "MAIL FROM:<a@forged.test>");

        Assert.StartsWith("250", reply, StringComparison.Ordinal);
        Assert.Empty(dns.Asked);
    }

    [Fact]
    public async Task A_recipient_whose_domain_has_another_policy_is_to_come_on_its_own()
    {
        string strict = await server.AddDomainAsync(new PolicyChange { Spf = PolicyAction.Reject });
        string alike = await server.AddDomainAsync(new PolicyChange { Spf = PolicyAction.Reject });
        string mild = await server.AddDomainAsync(new PolicyChange { Spf = PolicyAction.Tag });
        await using RawSmtpClient client = await RawSmtpClient.GreetAsync(server.Server.Smtp);

        await client.CommandAsync("MAIL FROM:<a@anywhere.test>", "250");
        await client.CommandAsync($"RCPT TO:<hello@{strict}>", "250");
        await client.CommandAsync($"RCPT TO:<hello@{mild}>", "452 4.5.3");
        await client.CommandAsync($"RCPT TO:<postmaster@{strict}>", "452 4.5.3");
        await client.CommandAsync($"RCPT TO:<hello@{alike}>", "250");
        await client.CommandAsync("RSET", "250");
        await client.CommandAsync("MAIL FROM:<a@anywhere.test>", "250");
        await client.CommandAsync($"RCPT TO:<hello@{mild}>", "250");
    }

    private static string Mail(string author, string text = "hello") => $"From: a@{author}\r\nTo: you\r\nSubject: x\r\nMessage-ID: <{Guid.NewGuid()}@{author}>\r\n\r\n{text}\r\n";
}
