using System.Text;
using EmailRouting.MailAuth;
using EmailRouting.MailAuth.Arc;
using EmailRouting.Policy;
using EmailRouting.Tests.MailAuth;
using Xunit;

namespace EmailRouting.Tests.Policy;

/// <summary>What is done about what SPF, DKIM, DMARC and ARC found out.</summary>
public sealed class AuthenticationVerdictTests : IDisposable
{
    private const string Text = "From: a@sender.example\r\nTo: b@ours.example\r\nSubject: x\r\n\r\nhello\r\n";

    private static readonly InboundPolicy Spf = new() { Spf = PolicyAction.Reject };
    private static readonly InboundPolicy Dkim = new() { Dkim = PolicyAction.Reject };
    private static readonly InboundPolicy Dmarc = new() { Dmarc = PolicyAction.Reject };

    private readonly Gate _gate = new();

    [Theory]
    [InlineData("v=spf1 -all", "550 5.7.23")]
    [InlineData("v=spf1 ~all", null)]
    [InlineData("v=spf1 ?all", null)]
    [InlineData("v=spf1 ip4:192.0.2.10 -all", null)]
    [InlineData("v=spf1 bad-term", null)]
    public async Task Only_a_fail_of_SPF_is_a_reason(string record, string? heard)
    {
        _gate.Dns.Txt["sender.example"] = [record];

        Assert.Equal(heard, Code(await _gate.SendAsync(Spf)));
    }

    [Fact]
    public async Task The_null_sender_is_judged_by_the_name_of_its_client()
    {
        _gate.Dns.Txt["client.example"] = ["v=spf1 -all"];

        PolicyVerdict verdict = await _gate.SendAsync(Spf, sender: "");

        Assert.Equal("550 5.7.23", Code(verdict));
        Assert.Equal("client.example", Assert.Single(verdict.Findings).Domain);
    }

    [Theory]
    [InlineData(PolicyAction.Reject, "451 4.7.24")]
    [InlineData(PolicyAction.Tag, null)]
    public async Task SPF_that_is_not_answered_puts_off_only_where_it_could_have_refused(PolicyAction action, string? heard)
    {
        _gate.Dns.Failing.Add("txt sender.example");

        PolicyVerdict verdict = await _gate.SendAsync(new InboundPolicy { Spf = action });

        Assert.Equal(heard, Code(verdict));
        Assert.Equal("temperror", Assert.Single(verdict.Findings).Result);
        Assert.False(verdict.LooksForged);
    }

    [Fact]
    public async Task Mail_that_was_forwarded_is_not_refused_by_SPF_where_its_author_vouches_for_it()
    {
        _gate.Dns.Txt["sender.example"] = ["v=spf1 -all"];
        _gate.Dns.Txt["_dmarc.sender.example"] = ["v=DMARC1; p=reject"];

        PolicyVerdict signed = await _gate.SendAsync(Dmarc with { Spf = PolicyAction.Reject }, message: _gate.Signed(Text, "sender.example"));

        Assert.Null(signed.Refusal);
        Assert.Contains(signed.Findings, f => f is { Check: "spf", Result: "fail", Action: PolicyAction.Tag });
        Assert.Equal("550 5.7.23", Code(await _gate.SendAsync(Dmarc with { Spf = PolicyAction.Reject }, message: Text)));
    }

    [Theory]
    [InlineData(false, false, null)]
    [InlineData(true, false, null)]
    [InlineData(true, true, "550 5.7.20")]
    public async Task A_message_is_refused_by_DKIM_where_it_is_signed_and_nothing_holds(bool isSigned, bool isChanged, string? heard)
    {
        string message = isSigned ? _gate.Signed(Text, "sender.example") : Text;

        Assert.Equal(heard, Code(await _gate.SendAsync(Dkim, message: isChanged ? message.Replace("hello", "hallo", StringComparison.Ordinal) : message)));
    }

    [Fact]
    public async Task One_signature_that_holds_is_enough()
    {
        string message = _gate.Signed(_gate.Signed(Text, "sender.example"), "list.example");
        _gate.Dns.Txt[_gate.KeyName("list.example")] = ["v=DKIM1; p="];

        Assert.Null((await _gate.SendAsync(Dkim, message: message)).Refusal);
    }

    [Fact]
    public async Task A_key_that_is_not_answered_for_puts_off()
    {
        string message = _gate.Signed(Text, "sender.example");
        _gate.Dns.Failing.Add($"txt {_gate.KeyName("sender.example")}");

        Assert.Equal("451 4.7.20", Code(await _gate.SendAsync(Dkim, message: message)));
        Assert.Null((await _gate.SendAsync(Dkim with { Dkim = PolicyAction.Quarantine }, message: message)).Refusal);
    }

    [Theory]
    [InlineData("p=reject", "550 5.7.26", false)]
    [InlineData("p=reject; t=y", null, true)]
    [InlineData("p=quarantine", null, true)]
    [InlineData("p=none", null, false)]
    public async Task DMARC_does_what_the_domain_of_the_author_asks(string record, string? heard, bool isHeld)
    {
        _gate.Dns.Txt["_dmarc.sender.example"] = [$"v=DMARC1; {record}"];

        PolicyVerdict verdict = await _gate.SendAsync(Dmarc, message: Text);

        Assert.Equal((heard, isHeld), (Code(verdict), verdict.HoldReason is not null));
        Assert.True(verdict.LooksForged);
    }

    [Fact]
    public async Task DMARC_that_passes_leaves_no_doubt()
    {
        _gate.Dns.Txt["_dmarc.sender.example"] = ["v=DMARC1; p=reject"];
        _gate.Dns.Txt["sender.example"] = ["v=spf1 ip4:192.0.2.10 -all"];

        PolicyVerdict verdict = await _gate.SendAsync(Dmarc, message: Text);

        Assert.Null(verdict.Refusal);
        Assert.False(verdict.LooksForged);
        Assert.Equal(AuthStatus.Pass, verdict.Authentication?.Dmarc.Status);
    }

    [Theory]
    [InlineData("txt _dmarc.sender.example", "451 4.7.26")]
    [InlineData("txt sender.example", "451 4.7.26")]
    public async Task DMARC_that_is_not_answered_puts_off(string failing, string heard)
    {
        _gate.Dns.Txt["_dmarc.sender.example"] = ["v=DMARC1; p=reject"];
        _gate.Dns.Failing.Add(failing);

        Assert.Equal(heard, Code(await _gate.SendAsync(Dmarc, message: Text)));
        Assert.Null((await _gate.SendAsync(Dmarc with { Dmarc = PolicyAction.Quarantine }, message: Text)).Refusal);
    }

    [Fact]
    public async Task What_an_answer_could_not_have_refused_is_not_put_off()
    {
        _gate.Dns.Txt["_dmarc.sender.example"] = ["v=DMARC1; p=none"];
        _gate.Dns.Failing.Add("txt sender.example");

        Assert.Null((await _gate.SendAsync(Dmarc, message: Text)).Refusal);
    }

    [Theory]
    [InlineData("From: a@sender.example\r\nFrom: b@other.example\r\n", "550 5.7.1")]
    [InlineData("From: <a@sender.example\r\n", "550 5.7.1")]
    [InlineData("Subject: from nobody\r\n", null)]
    public async Task A_message_of_which_two_programs_show_two_authors_is_not_let_past_DMARC(string header, string? heard) =>
        Assert.Equal(heard, Code(await _gate.SendAsync(Dmarc, message: $"{header}\r\nhello\r\n")));

    [Theory]
    [InlineData("hop.example; dmarc=pass header.from=sender.example", "hop.example", null)]
    [InlineData("hop.example; dkim=pass; DMARC = pass", "hop.example", null)]
    [InlineData("hop.example; dmarc=fail header.from=sender.example", "hop.example", "550 5.7.26")]
    [InlineData("hop.example; spf=none reason=\"; dmarc=pass\"", "hop.example", "550 5.7.26")]
    [InlineData("hop.example; spf=none (; dmarc=pass)", "hop.example", "550 5.7.26")]
    [InlineData("hop.example; dmarc=pass header.from=sender.example", "another.example", "550 5.7.26")]
    public async Task A_trusted_handler_before_us_may_vouch_for_what_it_changed(string results, string trusted, string? heard)
    {
        _gate.Dns.Txt["_dmarc.sender.example"] = ["v=DMARC1; p=reject"];
        byte[] message = Encoding.ASCII.GetBytes(Text);
        byte[]? seal = await ArcSealer.SealAsync(
            Messages.InMemory(message), new ArcResult(AuthStatus.None, string.Empty), results, _gate.Key("hop.example"), _gate.Clock.GetUtcNow(), TestContext.Current.CancellationToken);

        PolicyVerdict verdict = await _gate.SendAsync(Dmarc with { TrustedSealers = [trusted] }, message: Encoding.ASCII.GetString([.. seal!, .. message]));

        Assert.Equal(heard, Code(verdict));
        Assert.Contains(verdict.Findings, f => f is { Check: "arc", Result: "pass", Domain: "hop.example" });
    }

    [Fact]
    public async Task What_holds_a_message_does_not_keep_a_later_check_from_refusing_it()
    {
        _gate.Dns.Txt["sender.example"] = ["v=spf1 -all"];
        _gate.Dns.Txt["_dmarc.sender.example"] = ["v=DMARC1; p=reject"];

        PolicyVerdict verdict = await _gate.SendAsync(new InboundPolicy { Spf = PolicyAction.Quarantine, Dmarc = PolicyAction.Reject }, message: Text);

        Assert.Equal(("550 5.7.26", (string?)null), (Code(verdict), verdict.HoldReason));
    }

    public void Dispose() => _gate.Dispose();

    private static string? Code(PolicyVerdict verdict) => verdict.Refusal is { } refusal ? $"{refusal.Code} {refusal.Status}" : null;
}
