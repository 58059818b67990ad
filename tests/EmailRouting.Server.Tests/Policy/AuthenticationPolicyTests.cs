using System.Text;
using EmailRouting.Mail;
using EmailRouting.Policy;
using EmailRouting.Queue;
using EmailRouting.Rules;
using EmailRouting.Server.Cli;
using EmailRouting.Server.Tests.Harness;
using EmailRouting.Storage;
using EmailRouting.Testing;
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
        Assert.DoesNotContain(server.Inbox.Messages, IsHeld);
        QueueOperator queue = await OperatorQueue.OpenAsync(server.Server.Data, TimeProvider.System, CancellationToken.None);
        QueueEntry entry = Assert.Single((await queue.ListAsync(new QueueFilter(10) { Domains = [domain] }, CancellationToken.None)).Entries);
        Assert.Equal(QueueDbState.Held, entry.State);
        Assert.Contains("SPF record of held.test", entry.LastReply, StringComparison.Ordinal);

        await queue.ReleaseAsync(new QueueSelection(new MailId(message.Id)), CancellationToken.None);

        await Eventually.TrueAsync(() => server.Inbox.Messages.Any(IsHeld), TimeSpan.FromSeconds(30), () => server.Server.Log, CancellationToken.None);
        await Eventually.TrueAsync(
            async () => (await server.WrittenAsync($"hello@{domain}")).Status == MessageStatus.Forwarded, TimeSpan.FromSeconds(30), () => server.Server.Log, CancellationToken.None);

        static bool IsHeld(ReceivedMail mail) => Encoding.UTF8.GetString(mail.Content).Contains("held-mail", StringComparison.Ordinal);
    }

    [Fact]
    public async Task To_a_sender_that_looks_forged_no_report_goes_and_the_message_is_kept()
    {
        await using var inbox = new ScriptedSmtpServer();
        await using var dns = new ScriptedNameServer();
        dns.On("TXT forged.test", "forged.test TXT v=spf1 -all");
        inbox.At("DOT", Reaction.Say("550 5.7.1 Not wanted"));
        await using RunningServer plain = await RunningServer.CreateAsync(inbox.EndPoint, ("Dns:Servers", dns.EndPoint.ToString()), ("Delivery:Mode", "Queue"));
        await plain.EditRulesAsync(async book =>
            Assert.IsType<Edit.Done>(await book.ChangeDomainAsync("router.test", new DomainChange { Policy = new PolicyChange { Spf = PolicyAction.Tag } }, CancellationToken.None)));
        await plain.StartAsync();

        await using RawSmtpClient client = await RawSmtpClient.GreetAsync(plain.Smtp);
        Assert.StartsWith("250", await client.MailAsync(Encoding.ASCII.GetBytes(Mail("forged.test")), "MAIL FROM:<a@forged.test>"), StringComparison.Ordinal);

        QueueOperator queue = await OperatorQueue.OpenAsync(plain.Data, TimeProvider.System, CancellationToken.None);
        await Eventually.TrueAsync(
            async () => (await queue.ListAsync(new QueueFilter(10), CancellationToken.None)).Entries is [{ State: QueueDbState.Failed }],
            TimeSpan.FromSeconds(30),
            () => plain.Log,
            CancellationToken.None);
    }

    [Fact]
    public async Task The_DNS_is_asked_at_connect_and_at_MAIL_and_neither_MAIL_nor_RCPT_waits_for_it()
    {
        server.Dns.On("A 1.0.0.127.slow-list.test", new NameServerReply.Silence());
        server.Dns.On("TXT slow.test", new NameServerReply.Silence());
        string domain = await server.AddDomainAsync(new PolicyChange { Spf = PolicyAction.Tag, BlockLists = PolicyAction.Tag, BlockListZones = ["slow-list.test"] });
        await using RawSmtpClient client = await RawSmtpClient.GreetAsync(server.Server.Smtp);
        await Eventually.TrueAsync(() => Asked("A 1.0.0.127.slow-list.test"), TimeSpan.FromSeconds(30), () => string.Join('\n', server.Dns.Asked), CancellationToken.None);
        Assert.False(Asked("TXT slow.test"));

        await client.CommandAsync("MAIL FROM:<a@slow.test>", "250");
        await Eventually.TrueAsync(() => Asked("TXT slow.test"), TimeSpan.FromSeconds(30), () => string.Join('\n', server.Dns.Asked), CancellationToken.None);
        await client.CommandAsync($"RCPT TO:<hello@{domain}>", "250");

        bool Asked(string question) => server.Dns.Asked.Any(asked => asked.EndsWith(question, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task The_DNS_of_a_liar_puts_off_what_it_could_have_refused_and_nothing_else()
    {
        string strict = await server.AddDomainAsync(new PolicyChange { Spf = PolicyAction.Reject, Dmarc = PolicyAction.Reject });
        string mild = await server.AddDomainAsync(new PolicyChange { Spf = PolicyAction.Tag, Dmarc = PolicyAction.Tag });
        server.Dns.On("TXT silent.test", new NameServerReply.Silence());
        server.Dns.On("TXT broken.test", new NameServerReply.Answer(2));
        server.Dns.On("TXT mixed.test", new NameServerReply.Raw([0, 0, 1, 2, 3], KeepsId: false));
        server.Dns.On("TXT circle.test", "circle.test CNAME other.circle.test");
        server.Dns.On("TXT other.circle.test", "other.circle.test CNAME circle.test");
        server.Dns.On("TXT cut.test", new NameServerReply.TruncatedForEver());

        foreach (string sender in (string[])["silent.test", "broken.test", "mixed.test", "circle.test", "cut.test"])
        {
            Assert.StartsWith("451 4.7.24", await server.SendAsync($"a@{sender}", $"hello@{strict}", Mail(sender)), StringComparison.Ordinal);
            Assert.StartsWith("250", await server.SendAsync($"a@{sender}", $"hello@{mild}", Mail(sender)), StringComparison.Ordinal);
            Assert.Contains(("spf", "temperror", "tag"), await server.ChecksAsync($"hello@{mild}"));
        }
    }

    [Fact]
    public async Task A_record_of_four_thousand_octets_over_TCP_is_read_whole()
    {
        string domain = await server.AddDomainAsync(new PolicyChange { Spf = PolicyAction.Reject });
        string padding = string.Concat(Enumerable.Repeat("ip4:192.0.2.1 ", 16));
        server.Dns.On("TXT long.test", new NameServerReply.OnlyOverTcp($"long.test TXT v=spf1 {string.Join('|', Enumerable.Repeat(padding, 18))}|ip4:127.0.0.1 -all"));

        Assert.StartsWith("250", await server.SendAsync("a@long.test", $"hello@{domain}", Mail("long.test")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_on_a_block_list_is_refused_and_a_silent_list_is_passed_over_and_counted()
    {
        // Before there is a domain: the list is asked about every client from then on, and its answers are kept.
        server.Dns.On("A 1.0.0.127.silent-list.test", new NameServerReply.Answer(2));
        server.Dns.On("A 1.0.0.127.list.test", "1.0.0.127.list.test A 127.0.0.2");
        string silent = await server.AddDomainAsync(new PolicyChange { BlockLists = PolicyAction.Reject, BlockListZones = ["silent-list.test"] });
        string listed = await server.AddDomainAsync(new PolicyChange { BlockLists = PolicyAction.Reject, BlockListZones = ["silent-list.test", "list.test"] });

        Assert.StartsWith("250", await server.SendAsync("a@sender.test", $"hello@{silent}", Mail("sender.test")), StringComparison.Ordinal);
        Assert.StartsWith("550 5.7.1", await server.SendAsync("a@sender.test", $"hello@{listed}", Mail("sender.test")), StringComparison.Ordinal);

        using var http = new HttpClient();
        string metrics = await http.GetStringAsync(new Uri(server.Server.Web, "metrics"), TestContext.Current.CancellationToken);
        Assert.Matches("""email_policy_silent[^{\n]*\{[^}]*check="block_list"[^}]*\} [1-9]""", metrics);
    }

    [Fact]
    public async Task A_domain_of_a_null_MX_is_told_what_is_wrong()
    {
        string domain = await server.AddDomainAsync(new PolicyChange { SenderDomain = PolicyAction.Reject });
        server.Dns.On("MX null-mx.test", "null-mx.test MX 0 .");

        Assert.StartsWith("550 5.7.27", await server.SendAsync("a@null-mx.test", $"hello@{domain}", Mail("null-mx.test")), StringComparison.Ordinal);
        Assert.StartsWith("550 5.1.8", await server.SendAsync("a@nowhere.test", $"hello@{domain}", Mail("nowhere.test")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limits_and_greylisting_hold_for_whom_the_configuration_does_not_exempt()
    {
        await using var inbox = new ScriptedSmtpServer();
        await using var dns = new ScriptedNameServer();
        await using RunningServer plain = await RunningServer.CreateAsync(inbox.EndPoint, ("Dns:Servers", dns.EndPoint.ToString()), ("Smtp:LimitExempt", "192.0.2.0/24"));
        await plain.EditRulesAsync(async book =>
        {
            Assert.IsType<Edit.Done>(await book.ChangeDomainAsync("router.test", new DomainChange { Policy = new PolicyChange { AddressRate = 2 } }, CancellationToken.None));
            Assert.IsType<Edit.Done>(await book.AddDomainAsync("grey.test", DomainState.Live, subAddressing: false, CancellationToken.None));
            Assert.IsType<Edit.Done>(await book.ChangeDomainAsync("grey.test", new DomainChange { Policy = new PolicyChange { Greylisting = true } }, CancellationToken.None));
            Assert.IsType<Edit.Done>(await book.AddRuleAsync(new RuleDraft("hello@grey.test", new DraftAction.Forward([RunningServer.Inbox])), CancellationToken.None));
        });
        await plain.StartAsync();
        await using RawSmtpClient client = await RawSmtpClient.GreetAsync(plain.Smtp);

        foreach (string heard in (string[])["250", "250", "451 4.7.1"])
        {
            Assert.StartsWith(heard, await client.MailAsync(Encoding.ASCII.GetBytes(Mail("sender.test"))), StringComparison.Ordinal);
        }

        Assert.StartsWith("451 4.7.1", await client.MailAsync(Encoding.ASCII.GetBytes(Mail("sender.test")), recipient: "RCPT TO:<hello@grey.test>"), StringComparison.Ordinal);
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
