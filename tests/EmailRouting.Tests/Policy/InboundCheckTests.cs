using EmailRouting.Policy;
using Xunit;

namespace EmailRouting.Tests.Policy;

public sealed class InboundCheckTests : IDisposable
{
    private static readonly InboundPolicy Sender = new() { SenderDomain = PolicyAction.Reject };
    private static readonly InboundPolicy Listed = new() { BlockLists = PolicyAction.Reject, BlockListZones = ["bl.example", "second.example"] };

    private readonly Gate _gate = new();

    [Theory]
    [InlineData("a@sender.example")]
    [InlineData("SENDER.example")]
    [InlineData("example")]
    [InlineData("192.0.2.10")]
    [InlineData("192.0.2.0/24")]
    public async Task A_listed_sender_is_refused_before_anybody_is_asked(string entry)
    {
        _gate.Senders = Gate.List((entry, false));

        PolicyVerdict verdict = await _gate.SendAsync(InboundPolicy.Off);

        Assert.Equal((550, "5.7.1"), (verdict.Refusal?.Code, verdict.Refusal?.Status));
        Assert.Equal(("list", "blocked", PolicyAction.Reject), Assert.Single(verdict.Findings) is var finding ? (finding.Check, finding.Result, finding.Action) : default);
        Assert.Empty(_gate.Dns.Asked);
    }

    [Theory]
    [InlineData("b@sender.example")]
    [InlineData("other.example")]
    [InlineData("nder.example")]
    [InlineData("192.0.3.0/24")]
    [InlineData("2001:db8::/32")]
    public async Task Whoever_is_not_listed_goes_on(string entry)
    {
        _gate.Senders = Gate.List((entry, false));

        Assert.Null((await _gate.SendAsync(InboundPolicy.Off)).Refusal);
    }

    [Fact]
    public async Task Who_is_allowed_is_refused_by_no_check_and_all_of_them_are_made()
    {
        _gate.Senders = Gate.List(("192.0.2.0/24", true), ("sender.example", false));
        _gate.Dns.Addresses["10.2.0.192.bl.example"] = ["127.0.0.2"];
        _gate.Dns.Txt["sender.example"] = ["v=spf1 -all"];

        PolicyVerdict verdict = await _gate.SendAsync(Listed with { SenderDomain = PolicyAction.Reject, Spf = PolicyAction.Quarantine, AddressRate = 1, Greylisting = true });

        Assert.Null(verdict.Refusal);
        Assert.Null(verdict.HoldReason);
        Assert.Contains(verdict.Findings, f => f is { Check: "block_list", Action: PolicyAction.Tag });
        Assert.Contains(verdict.Findings, f => f is { Check: "spf", Result: "fail", Action: PolicyAction.Tag });
    }

    [Fact]
    public async Task The_list_of_the_domain_goes_before_the_list_for_all()
    {
        (_gate.Senders, _gate.AllSenders) = (Gate.List(("sender.example", true)), Gate.List(("192.0.2.0/24", false)));
        Assert.Null((await _gate.SendAsync(InboundPolicy.Off)).Refusal);

        (_gate.Senders, _gate.AllSenders) = (Gate.List(("192.0.2.0/24", false)), Gate.List(("sender.example", true)));
        Assert.NotNull((await _gate.SendAsync(InboundPolicy.Off)).Refusal);
    }

    [Fact]
    public async Task A_sender_domain_that_takes_no_mail_is_refused_with_the_code_of_RFC_7505()
    {
        _gate.Dns.Mx["sender.example"] = ["0 ."];

        PolicyVerdict verdict = await _gate.SendAsync(Sender);

        Assert.Equal("550 5.7.27", Code(verdict));
    }

    [Fact]
    public async Task A_sender_domain_with_neither_MX_nor_address_is_refused()
    {
        Assert.Equal("550 5.1.8", Code(await _gate.SendAsync(Sender)));

        _gate.Dns.Addresses["sender.example"] = ["198.51.100.7"];
        Assert.Null((await _gate.SendAsync(Sender)).Refusal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a@[192.0.2.10]")]
    public async Task A_sender_without_a_domain_has_none_to_be_asked_about(string sender)
    {
        Assert.Null((await _gate.SendAsync(Sender, sender)).Refusal);
        Assert.Empty(_gate.Dns.Asked);
    }

    [Theory]
    [InlineData(PolicyAction.Reject, "451 4.1.8")]
    [InlineData(PolicyAction.Quarantine, null)]
    [InlineData(PolicyAction.Tag, null)]
    public async Task A_DNS_that_fails_puts_off_only_what_could_have_been_refused(PolicyAction action, string? heard)
    {
        _gate.Dns.Failing.Add("mx sender.example");

        PolicyVerdict verdict = await _gate.SendAsync(new InboundPolicy { SenderDomain = action });

        Assert.Equal(heard, Code(verdict));
        Assert.Null(verdict.HoldReason);
        Assert.Equal(("sender_domain", "temperror"), Assert.Single(verdict.Findings) is var finding ? (finding.Check, finding.Result) : default);
    }

    [Theory]
    [InlineData("127.0.0.2", "550 5.7.1")]
    [InlineData("127.1.2.3", "550 5.7.1")]
    [InlineData("127.255.255.254", null)]
    [InlineData("127.255.255.252", null)]
    [InlineData("198.51.100.1", null)]
    public async Task Only_what_is_an_entry_by_RFC_5782_lists_a_client(string answer, string? heard)
    {
        _gate.Dns.Addresses["10.2.0.192.second.example"] = [answer];

        Assert.Equal(heard, Code(await _gate.SendAsync(Listed)));
    }

    [Theory]
    [InlineData("a 10.2.0.192.bl.example", null)]
    [InlineData(null, "127.255.255.254")]
    public async Task A_block_list_that_does_not_answer_the_question_is_passed_over_and_counted(string? failing, string? refusal)
    {
        if (failing is not null)
        {
            _gate.Dns.Failing.Add(failing);
        }
        else
        {
            _gate.Dns.Addresses["10.2.0.192.bl.example"] = [refusal!];
        }

        PolicyVerdict verdict = await _gate.SendAsync(Listed);

        Assert.Null(verdict.Refusal);
        Assert.Contains("email.policy.silent block_list", _gate.Counted);
        Assert.Equal(("block_list", "temperror", "bl.example"), Assert.Single(verdict.Findings) is var finding ? (finding.Check, finding.Result, finding.Domain) : default);
    }

    [Fact]
    public async Task A_client_of_IPv6_is_asked_about_nibble_by_nibble()
    {
        _gate.Client = "2001:db8::1";
        _gate.Dns.Addresses["1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.bl.example"] = ["127.0.0.4"];

        Assert.Equal("550 5.7.1", Code(await _gate.SendAsync(Listed)));
    }

    [Fact]
    public async Task A_name_server_that_never_answers_does_not_keep_the_sender_for_ever()
    {
        _gate.Dns.Silent.Add("a 10.2.0.192.bl.example");
        _gate.Dns.Silent.Add("mx sender.example");

        Task<PolicyVerdict> verdict = _gate.SendAsync(Listed with { SenderDomain = PolicyAction.Tag });
        _gate.Clock.Advance(new PolicyOptions().Patience);

        Assert.Null((await verdict.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)).Refusal);
    }

    [Fact]
    public async Task What_was_not_asked_early_is_asked_at_the_end()
    {
        _gate.Dns.Addresses["10.2.0.192.bl.example"] = ["127.0.0.2"];

        Assert.Equal("550 5.7.1", Code(await _gate.SendAsync(Listed, startsEarly: false)));
        Assert.Equal("550 5.1.8", Code(await _gate.SendAsync(Sender, startsEarly: false)));
    }

    [Fact]
    public async Task One_message_more_than_the_limit_has_to_wait_for_its_share_of_an_hour()
    {
        InboundPolicy policy = new() { AddressRate = 3 };
        for (int i = 0; i < 3; i++)
        {
            Assert.Null((await _gate.SendAsync(policy)).Refusal);
        }

        Assert.Equal("451 4.7.1", Code(await _gate.SendAsync(policy)));
        _gate.Client = "192.0.2.11";
        Assert.Null((await _gate.SendAsync(policy)).Refusal);

        _gate.Client = "192.0.2.10";
        _gate.Clock.Advance(TimeSpan.FromMinutes(20));
        Assert.Null((await _gate.SendAsync(policy)).Refusal);
        Assert.Equal("451 4.7.1", Code(await _gate.SendAsync(policy)));
    }

    [Theory]
    [InlineData("192.0.2.10", "192.0.2.200")]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:ffff::1")]
    public async Task A_network_has_a_limit_of_its_own(string one, string other)
    {
        InboundPolicy policy = new() { NetworkRate = 1 };
        _gate.Client = one;
        Assert.Null((await _gate.SendAsync(policy)).Refusal);

        _gate.Client = other;
        Assert.Equal("451 4.7.1", Code(await _gate.SendAsync(policy)));
    }

    [Fact]
    public async Task All_addresses_of_one_line_of_IPv6_are_one_client()
    {
        InboundPolicy policy = new() { AddressRate = 1 };
        _gate.Client = "2001:db8:1:2::1";
        Assert.Null((await _gate.SendAsync(policy)).Refusal);

        _gate.Client = "2001:db8:1:2:ffff::9";
        Assert.Equal("451 4.7.1", Code(await _gate.SendAsync(policy)));
    }

    [Fact]
    public async Task Who_is_exempt_from_limits_is_exempt_from_these_and_from_nothing_else()
    {
        _gate.IsExempt = true;
        InboundPolicy policy = new() { AddressRate = 1, NetworkRate = 1, Greylisting = true };
        for (int i = 0; i < 3; i++)
        {
            Assert.Null((await _gate.SendAsync(policy)).Refusal);
        }

        Assert.Equal("550 5.1.8", Code(await _gate.SendAsync(policy with { SenderDomain = PolicyAction.Reject })));
    }

    [Fact]
    public async Task A_stranger_is_asked_to_come_again_and_known_once_he_has()
    {
        InboundPolicy policy = new() { Greylisting = true };
        Assert.Equal("451 4.7.1", Code(await _gate.SendAsync(policy)));
        _gate.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("451 4.7.1", Code(await _gate.SendAsync(policy)));

        _gate.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Null((await _gate.SendAsync(policy)).Refusal);
        Assert.Null((await _gate.SendAsync(policy)).Refusal);
        Assert.Equal("451 4.7.1", Code(await _gate.SendAsync(policy, "other@sender.example")));

        _gate.Clock.Advance(TimeSpan.FromDays(37));
        Assert.Equal("451 4.7.1", Code(await _gate.SendAsync(policy)));
    }

    [Fact]
    public async Task A_sender_whom_SPF_knows_may_come_again_from_elsewhere()
    {
        InboundPolicy policy = new() { Greylisting = true, Spf = PolicyAction.Tag };
        _gate.Dns.Txt["sender.example"] = ["v=spf1 ip4:192.0.2.10 ip4:198.51.100.0/24 -all"];
        Assert.Equal("451 4.7.1", Code(await _gate.SendAsync(policy)));
        _gate.Clock.Advance(TimeSpan.FromMinutes(2));

        _gate.Client = "198.51.100.9";
        Assert.Null((await _gate.SendAsync(policy)).Refusal);
    }

    [Fact]
    public async Task Postmaster_is_reached_by_whoever_is_refused_elsewhere()
    {
        _gate.Senders = Gate.List(("sender.example", false));
        _gate.Dns.Addresses["10.2.0.192.bl.example"] = ["127.0.0.2"];
        _gate.Dns.Txt["sender.example"] = ["v=spf1 -all"];
        _gate.Dns.Txt["_dmarc.sender.example"] = ["v=DMARC1; p=reject"];
        InboundPolicy strict = InboundPolicy.Of(PolicyPreset.Reject) with { BlockListZones = ["bl.example"], Greylisting = true };

        PolicyVerdict verdict = await _gate.SendAsync(strict, recipient: "postmaster@ours.example");

        Assert.Null(verdict.Refusal);
        Assert.Null(verdict.HoldReason);
        Assert.Equal(["list", "sender_domain", "block_list", "spf", "dmarc"], verdict.Findings.Where(f => f.Action == PolicyAction.Tag).Select(f => f.Check));
        Assert.NotNull((await _gate.SendAsync(strict)).Refusal);
    }

    [Fact]
    public async Task Postmaster_may_be_drowned_by_nobody()
    {
        InboundPolicy policy = new() { AddressRate = 1 };
        Assert.Null((await _gate.SendAsync(policy, recipient: "postmaster@ours.example")).Refusal);
        Assert.Equal("451 4.7.1", Code(await _gate.SendAsync(policy, recipient: "postmaster@ours.example")));
    }

    public void Dispose() => _gate.Dispose();

    private static string? Code(PolicyVerdict verdict) => verdict.Refusal is { } refusal ? $"{refusal.Code} {refusal.Status}" : null;
}
