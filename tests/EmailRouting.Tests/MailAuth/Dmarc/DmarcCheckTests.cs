using EmailRouting.MailAuth;
using EmailRouting.MailAuth.Dkim;
using EmailRouting.MailAuth.Dmarc;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Tests.MailAuth.Dmarc;

public sealed class DmarcCheckTests
{
    private readonly FakeResolver _resolver = new();

    [Fact]
    public async Task A_signature_of_the_author_is_a_pass()
    {
        Publish("example.com", "p=reject");

        DmarcResult result = await EvaluateAsync("example.com", dkim: ["example.com"]);

        Assert.Equal(AuthStatus.Pass, result.Status);
        Assert.Equal(["dkim=example.com"], result.AlignedBy);
        Assert.Equal(DmarcPolicy.None, result.Applied);
    }

    [Theory]
    [InlineData("mail.example.com", "example.com", true)]
    [InlineData("example.com", "mail.example.com", true)]
    [InlineData("a.example.com", "b.example.com", true)]
    [InlineData("example.com", "notexample.com", false)]
    [InlineData("example.com", "example.com.evil.test", false)]
    [InlineData("example.com", "com", false)]
    public async Task Relaxed_alignment_is_one_organisation(string author, string signer, bool isAligned)
    {
        Publish("example.com", "p=reject");

        Assert.Equal(isAligned, (await EvaluateAsync(author, dkim: [signer])).Status == AuthStatus.Pass);
        Assert.Equal(isAligned, (await EvaluateAsync(author, spf: new SpfEvidence(signer, AuthStatus.Pass))).Status == AuthStatus.Pass);
    }

    [Fact]
    public async Task Strict_alignment_is_one_name()
    {
        Publish("example.com", "p=reject; adkim=s");

        Assert.Equal(AuthStatus.Fail, (await EvaluateAsync("example.com", dkim: ["mail.example.com"])).Status);
        Assert.Equal(AuthStatus.Pass, (await EvaluateAsync("example.com", spf: new SpfEvidence("mail.example.com", AuthStatus.Pass))).Status);
    }

    [Fact]
    public async Task Without_a_record_there_is_nothing_to_fail()
    {
        DmarcResult result = await EvaluateAsync("example.com");

        Assert.Equal((AuthStatus.None, DmarcPolicy.None), (result.Status, result.Applied));
    }

    [Fact]
    public async Task Two_records_are_none()
    {
        _resolver.Txt["_dmarc.example.com"] = ["v=DMARC1; p=reject", "v=DMARC1; p=none"];

        Assert.Equal(AuthStatus.None, (await EvaluateAsync("example.com")).Status);
    }

    [Fact]
    public async Task Other_texts_beside_the_record_do_no_harm()
    {
        _resolver.Txt["_dmarc.example.com"] = ["v=spf1 -all", "v=DMARC1; p=reject", "hello"];

        Assert.Equal(DmarcPolicy.Reject, (await EvaluateAsync("example.com")).Applied);
    }

    [Theory]
    [InlineData("example.com", "reject")]
    [InlineData("there.example.com", "quarantine")]
    [InlineData("gone.example.com", "none")]
    [InlineData("broken.example.com", "quarantine")]
    public async Task A_subdomain_without_record_has_the_policy_for_its_kind(string author, string policy)
    {
        Publish("example.com", "p=reject; sp=quarantine; np=none");
        _resolver.Mx["there.example.com"] = ["10 mx.example.com"];
        _resolver.Failing.Add("a broken.example.com");

        DmarcResult result = await EvaluateAsync(author);

        Assert.Equal(AuthStatus.Fail, result.Status);
        Assert.Equal(policy, result.Applied.ToString().ToLowerInvariant());
        Assert.Equal("example.com", result.PolicyDomain);
    }

    [Fact]
    public async Task A_subdomain_with_record_has_its_own_policy_and_the_organisation_above()
    {
        Publish("example.com", "p=none; sp=none");
        Publish("mail.example.com", "p=reject");

        Assert.Equal(DmarcPolicy.Reject, (await EvaluateAsync("mail.example.com")).Applied);
        Assert.Equal(AuthStatus.Pass, (await EvaluateAsync("mail.example.com", dkim: ["example.com"])).Status);
    }

    [Theory]
    [InlineData("t=y", "reject", "quarantine")]
    [InlineData("pct=0", "reject", "quarantine")]
    [InlineData("t=y", "quarantine", "none")]
    [InlineData("t=y", "none", "none")]
    [InlineData("pct=10", "reject", "reject")]
    public async Task A_domain_that_tests_its_policy_gets_the_next_milder_one(string tag, string published, string applied)
    {
        Publish("example.com", $"p={published}; {tag}");

        Assert.Equal(applied, (await EvaluateAsync("example.com")).Applied.ToString().ToLowerInvariant());
    }

    [Fact]
    public async Task Below_a_public_suffix_everybody_is_an_organisation()
    {
        Publish("bank", "p=reject; psd=y");
        Publish("one.bank", "p=quarantine");

        Assert.Equal(AuthStatus.Fail, (await EvaluateAsync("one.bank", dkim: ["two.bank"])).Status);
        Assert.Equal(AuthStatus.Fail, (await EvaluateAsync("one.bank", dkim: ["bank"])).Status);
        Assert.Equal(AuthStatus.Pass, (await EvaluateAsync("one.bank", dkim: ["mail.one.bank"])).Status);
        Assert.Equal(DmarcPolicy.Quarantine, (await EvaluateAsync("one.bank")).Applied);

        // Who publishes nothing has the policy of the suffix.
        Assert.Equal((DmarcPolicy.Reject, "bank"), (await EvaluateAsync("mail.two.bank") is var two ? (two.Applied, two.PolicyDomain!) : default));
    }

    [Fact]
    public async Task A_domain_that_says_it_is_no_suffix_ends_the_walk()
    {
        Publish("example.com", "p=reject");
        Publish("tenant.example.com", "p=quarantine; psd=n");

        Assert.Equal(AuthStatus.Fail, (await EvaluateAsync("mail.tenant.example.com", dkim: ["example.com"])).Status);
        Assert.Equal(AuthStatus.Pass, (await EvaluateAsync("mail.tenant.example.com", dkim: ["tenant.example.com"])).Status);
        Assert.Equal(DmarcPolicy.Quarantine, (await EvaluateAsync("mail.tenant.example.com")).Applied);
    }

    [Fact]
    public async Task A_suffix_that_mail_itself_comes_from_ends_the_walk_too()
    {
        Publish("platform.example", "p=reject; psd=y");
        Publish("example", "p=none");

        Assert.Equal(AuthStatus.Fail, (await EvaluateAsync("platform.example", dkim: ["other.example"])).Status);
        Assert.Equal(AuthStatus.Pass, (await EvaluateAsync("platform.example", dkim: ["platform.example"])).Status);
    }

    [Fact]
    public async Task A_walk_asks_eight_questions_at_most()
    {
        await EvaluateAsync("a.b.c.d.e.f.g.h.i.mail.example.com");

        Assert.Equal(
            [
                "txt _dmarc.a.b.c.d.e.f.g.h.i.mail.example.com",
                "txt _dmarc.f.g.h.i.mail.example.com",
                "txt _dmarc.g.h.i.mail.example.com",
                "txt _dmarc.h.i.mail.example.com",
                "txt _dmarc.i.mail.example.com",
                "txt _dmarc.mail.example.com",
                "txt _dmarc.example.com",
                "txt _dmarc.com",
            ],
            _resolver.Asked);
    }

    [Fact]
    public async Task A_DNS_that_does_not_answer_is_no_verdict()
    {
        _resolver.Failing.Add("txt _dmarc.example.com");

        Assert.Equal(AuthStatus.TemporaryError, (await EvaluateAsync("mail.example.com", dkim: ["mail.example.com"])).Status);
    }

    [Fact]
    public async Task A_DNS_that_does_not_answer_above_the_author_spoils_nothing_that_is_sure()
    {
        Publish("mail.example.com", "p=reject");
        _resolver.Failing.Add("txt _dmarc.example.com");

        Assert.Equal(AuthStatus.Pass, (await EvaluateAsync("mail.example.com", dkim: ["mail.example.com"])).Status);
        Assert.Equal(AuthStatus.TemporaryError, (await EvaluateAsync("mail.example.com", dkim: ["example.com"])).Status);
        Assert.Equal(AuthStatus.Fail, (await EvaluateAsync("mail.example.com")).Status);
    }

    [Fact]
    public async Task A_signature_that_could_not_be_checked_may_have_been_a_pass()
    {
        Publish("example.com", "p=reject");
        DkimResult open = new(AuthStatus.TemporaryError, "example.com", "s", SigningAlgorithm.RsaSha256, "timed out");

        DmarcResult result = await new DmarcCheck(_resolver).EvaluateAsync(Authors("example.com"), null, [open], CancellationToken.None);
        Assert.Equal((AuthStatus.TemporaryError, DmarcPolicy.None), (result.Status, result.Applied));

        result = await new DmarcCheck(_resolver).EvaluateAsync(Authors("example.com"), null, [open with { Domain = "other.test" }], CancellationToken.None);
        Assert.Equal(AuthStatus.Fail, result.Status);
    }

    [Fact]
    public async Task A_signature_over_part_of_the_body_stands_behind_nobody()
    {
        Publish("example.com", "p=reject");
        DkimResult partly = new(AuthStatus.Pass, "example.com", "s", SigningAlgorithm.RsaSha256, string.Empty) { UnsignedOctets = 1 };

        Assert.Equal(AuthStatus.Fail, (await new DmarcCheck(_resolver).EvaluateAsync(Authors("example.com"), null, [partly], CancellationToken.None)).Status);
    }

    [Fact]
    public async Task Of_several_authors_the_worst_decides()
    {
        Publish("honest.test", "p=reject");
        Publish("forged.test", "p=reject");

        DmarcResult result = await EvaluateAsync("honest.test, b@forged.test", dkim: ["honest.test"]);

        Assert.Equal((AuthStatus.Fail, "forged.test", DmarcPolicy.Reject), (result.Status, result.Author, result.Applied));
    }

    [Fact]
    public async Task An_author_who_cannot_be_read_is_a_permanent_error() =>
        Assert.Equal(AuthStatus.PermanentError, (await EvaluateAsync("[192.0.2.1]")).Status);

    private void Publish(string domain, string tags) => _resolver.Txt[$"_dmarc.{domain}"] = [$"v=DMARC1; {tags}"];

    private static AuthorDomains Authors(string domain) => AuthorDomains.ReadField(System.Text.Encoding.UTF8.GetBytes($"a@{domain}"));

    private ValueTask<DmarcResult> EvaluateAsync(string author, SpfEvidence? spf = null, string[]? dkim = null) =>
        new DmarcCheck(_resolver).EvaluateAsync(
            Authors(author),
            spf,
            [.. (dkim ?? []).Select(domain => new DkimResult(AuthStatus.Pass, domain, "s", SigningAlgorithm.RsaSha256, string.Empty))],
            TestContext.Current.CancellationToken);
}
