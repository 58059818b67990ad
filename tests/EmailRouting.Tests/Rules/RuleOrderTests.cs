using EmailRouting.Rules;
using EmailRouting.Smtp;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailRouting.Tests.Rules;

public sealed class RuleOrderTests
{
    private static readonly DraftAction Drop = new DraftAction.Drop();

    [Fact]
    public async Task Of_rules_made_in_one_millisecond_the_first_is_the_older()
    {
        // The clock stands still: nothing but the order of their making tells them apart.
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync(new FakeTimeProvider());
        await rules.DomainAsync("own.test");
        await rules.InboxAsync("in@in.example");
        var made = new List<Guid>();
        for (int i = 0; i < 20; i++)
        {
            made.Add(await rules.RuleAsync($"prefix:p{i}@own.test", RulesOnDisk.To("in@in.example")));
        }

        Assert.Equal(made.Select(id => id.ToString("N")).Order(StringComparer.Ordinal), made.Select(id => id.ToString("N")));
    }

    [Fact]
    public async Task Patterns_stand_between_exact_rules_and_the_base_of_a_sub_address()
    {
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync(new FakeTimeProvider());
        await rules.DomainAsync("own.test", subAddressing: true);
        foreach (string code in (string[])["exact", "prefix", "suffix", "regex", "base", "all", "first"])
        {
            await rules.InboxAsync($"{code}@in.example");
        }

        await rules.RuleAsync("sales-anna@own.test", RulesOnDisk.To("exact@in.example"));
        await rules.RuleAsync("prefix:sales-@own.test", RulesOnDisk.To("prefix@in.example"));
        await rules.RuleAsync("suffix:-bot@own.test", RulesOnDisk.To("suffix@in.example"));
        await rules.RuleAsync("regex:t[0-9]+@own.test", RulesOnDisk.To("regex@in.example"));
        await rules.RuleAsync("bob@own.test", RulesOnDisk.To("base@in.example"));
        await rules.RuleAsync(new RuleDraft("glob:vip-*@own.test", RulesOnDisk.To("first@in.example")) { Priority = 5 });
        await rules.RuleAsync(new RuleDraft("suffix:-gold@own.test", RulesOnDisk.To("exact@in.example")) { Priority = 3 });
        await rules.RuleAsync("*@own.test", RulesOnDisk.To("all@in.example"));

        (string Recipient, string Inbox)[] table =
        [
            ("SALES-ANNA@own.test", "exact"),
            ("sales-bert@own.test", "prefix"),
            ("sales-x+tag@own.test", "prefix"),
            ("sales-robot-bot@own.test", "prefix"),  // the older rule
            ("build-bot@own.test", "suffix"),
            ("T7@own.test", "regex"),
            ("t7+x@own.test", "all"),                // the base goes to exact rules only
            ("bob+tag@own.test", "base"),
            ("bob+x-bot@own.test", "suffix"),        // before the base
            ("vip-gold@own.test", "exact"),          // the lower priority number, though younger
            ("vip-x@own.test", "first"),
            ("nobody@own.test", "all"),
        ];
        RuleSet set = await rules.Loader.LoadAllAsync(CancellationToken.None);
        Assert.All(table, row =>
        {
            Assert.Equal($"forward {row.Inbox}@in.example", Show(set.Resolve(RulesOnDisk.Address(row.Recipient), sender: null, rules.Clock.GetUtcNow())));
            RuleExplanation explanation = set.Explain(RulesOnDisk.Address(row.Recipient), sender: null, rules.Clock.GetUtcNow());
            Assert.Equal($"forward {row.Inbox}@in.example", Show(explanation.Decision));
            Assert.Single(explanation.Candidates, candidate => candidate.Wins);
        });
    }

    [Fact]
    public async Task Patterns_made_together_keep_their_order()
    {
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync(new FakeTimeProvider());
        await rules.DomainAsync("own.test");
        RuleEdit[] edits = [.. Enumerable.Range(0, 40).Select(i => new RuleEdit.Create(new RuleDraft($"glob:a{new string('*', i + 1)}@own.test", new DraftAction.Reject(500 + i, "x"))))];
        Assert.True((await rules.Book.ApplyAsync(edits, dryRun: false, CancellationToken.None)).IsStored);

        RuleSet set = await rules.Loader.LoadAllAsync(CancellationToken.None);
        RuleExplanation explanation = set.Explain(RulesOnDisk.Address("ab@own.test"), sender: null, rules.Clock.GetUtcNow());
        Assert.Equal(edits.Select(edit => ((RuleEdit.Create)edit).Draft.Pattern), explanation.Candidates.Where(c => c.RuleId is not null).Select(c => c.Pattern));
    }

    [Fact]
    public async Task A_rule_for_certain_senders_goes_before_one_for_all()
    {
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        await rules.DomainAsync("own.test", subAddressing: true);
        await rules.InboxAsync("all@in.example");
        await rules.InboxAsync("boss@in.example");
        await rules.RuleAsync("me@own.test", RulesOnDisk.To("all@in.example"));
        await rules.RuleAsync(new RuleDraft("me@own.test", RulesOnDisk.To("boss@in.example")) { Senders = ["boss@work.example", "glob:*@*.board.example"] });
        await rules.RuleAsync(new RuleDraft("me@own.test", Drop) { Senders = ["spam.example"], Priority = 1 });
        await rules.RuleAsync(new RuleDraft("me@own.test", new DraftAction.Reject(550, "No reports")) { Senders = ["<>"] });
        await rules.RuleAsync(new RuleDraft("*@own.test", Drop) { Senders = ["spam.example"] });

        (string Recipient, string? Sender, string Expected)[] table =
        [
            ("me@own.test", "boss@work.example", "forward boss@in.example"),
            ("me+tag@own.test", "boss@work.example", "forward boss@in.example"),
            ("me@own.test", "x@a.board.example", "forward boss@in.example"),
            ("me@own.test", "x@spam.example", "forward all@in.example"),  // priority 1 stands behind the rule of priority 0 for all
            ("me@own.test", null, "550 5.7.1"),
            ("me@own.test", "x@y.example", "forward all@in.example"),
            ("other@own.test", "x@sub.spam.example", "drop"),
            ("other@own.test", "x@y.example", "550 5.1.1"),
        ];
        foreach ((string recipient, string? sender, string expected) in table)
        {
            Assert.Equal(expected, await rules.ReplyAsync(recipient, sender));
        }

        Edit twice = await rules.Book.AddRuleAsync(new RuleDraft("ME@own.test", Drop) { Senders = ["GLOB:*@*.board.example", "boss@work.example"] }, CancellationToken.None);
        Assert.Equal(RefusalReason.Duplicate, RulesOnDisk.Refused(twice).Reason);
        RuleExplanation explanation = await rules.Loader.ExplainAsync(
            RulesOnDisk.Address("other@own.test"), RulesOnDisk.Address("x@y.example"), rules.Clock.GetUtcNow(), TestContext.Current.CancellationToken);
        Assert.Contains(explanation.Candidates, c => c.Reason == "the rule is for mail from spam.example, not from x@y.example");
    }

    [Fact]
    public async Task An_expired_rule_is_passed_over_from_that_moment()
    {
        var clock = new FakeTimeProvider();
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync(clock);
        await rules.DomainAsync("own.test");
        DateTimeOffset expiry = clock.GetUtcNow().AddHours(1);
        Guid rule = await rules.RuleAsync(new RuleDraft("sale@own.test", Drop) { ExpiresAt = expiry.AddTicks(3) });
        await rules.RuleAsync("*@own.test", new DraftAction.Reject(550, "No"));
        RuleSet set = await rules.Loader.LoadAllAsync(CancellationToken.None);
        EmailAddress sale = RulesOnDisk.Address("sale@own.test");

        Assert.Equal("drop", Show(set.Resolve(sale, sender: null, expiry.AddMilliseconds(-1))));
        Assert.Equal("550 5.7.1", Show(set.Resolve(sale, sender: null, expiry)));
        Assert.Contains(set.Explain(sale, sender: null, expiry).Candidates, c => c.RuleId == rule && c.Reason.StartsWith("the rule expired at", StringComparison.Ordinal));

        clock.SetUtcNow(expiry);
        Edit.Refused past = RulesOnDisk.Refused(await rules.Book.AddRuleAsync(new RuleDraft("old@own.test", Drop) { ExpiresAt = expiry }, CancellationToken.None));
        Assert.Equal("expires_at", past.Field);
        RulesOnDisk.Done(await rules.Book.UpdateRuleAsync(rule, new RuleDraft("sale@own.test", Drop) { ExpiresAt = expiry, Name = "over" }, 1, CancellationToken.None));
    }

    [Fact]
    public async Task A_postmaster_rule_for_certain_senders_leaves_the_others_to_the_contact()
    {
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        await rules.DomainAsync("own.test");
        await rules.InboxAsync("contact@in.example");
        await Task.Delay(5, TestContext.Current.CancellationToken);
        await rules.InboxAsync("reports@in.example");
        await rules.RuleAsync(new RuleDraft("postmaster@own.test", RulesOnDisk.To("reports@in.example")) { Senders = ["<>"] });
        await rules.RuleAsync("glob:*@own.test", Drop);
        await rules.RuleAsync("x@own.test", RulesOnDisk.To("contact@in.example"));

        Assert.Equal("forward reports@in.example", await rules.ReplyAsync("postmaster@own.test", sender: null));
        Assert.Equal("forward contact@in.example", await rules.ReplyAsync("postmaster@own.test"));
    }

    [Fact]
    public async Task A_domain_that_is_switched_off_is_not_received_for_and_stays_ours()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        Guid domain = await rules.DomainAsync("own.test");
        await rules.DomainAsync("other.test");
        await rules.InboxAsync("in@far.example");
        await rules.RuleAsync("a@own.test", RulesOnDisk.To("in@far.example"));
        await rules.RuleAsync("prefix:b@own.test", RulesOnDisk.To("in@far.example"));
        await rules.RuleAsync("to@other.test", RulesOnDisk.To("a@own.test"));
        var snapshot = new RuleSnapshot();
        using RuleReloader reloader = rules.Reloader(snapshot);
        await reloader.LoadAsync(cancellation);
        Assert.Equal("forward in@far.example", Now(snapshot, "to@other.test"));

        RulesOnDisk.Done(await rules.Book.ChangeDomainAsync(domain, new DomainChange { Enabled = false }, expectedRevision: 0, cancellation));
        await reloader.RefreshAsync(cancellation);
        foreach (string recipient in (string[])["a@own.test", "nobody@own.test", "postmaster@own.test", "to@other.test"])
        {
            Assert.Equal("550 5.7.1", Now(snapshot, recipient));
            Assert.Equal("550 5.7.1", await rules.ReplyAsync(recipient));
        }

        RulesOnDisk.Done(await rules.Book.ChangeDomainAsync(domain, new DomainChange { Enabled = true }, expectedRevision: 1, cancellation));
        await reloader.RefreshAsync(cancellation);
        Assert.Equal("forward in@far.example", Now(snapshot, "to@other.test"));
        Assert.Equal("forward in@far.example", Now(snapshot, "bert@own.test"));
    }

    [Fact]
    public async Task Resolving_among_patterns_and_senders_allocates_nothing()
    {
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        await rules.DomainAsync("own.test", subAddressing: true);
        await rules.InboxAsync("in@far.example");
        await rules.RuleAsync("a@own.test", RulesOnDisk.To("in@far.example"));
        await rules.RuleAsync(new RuleDraft("a@own.test", Drop) { Senders = ["boss@work.example", "news.example", "glob:x-*@*.example", "<>"], ExpiresAt = rules.Clock.GetUtcNow().AddDays(1) });
        RuleEdit[] patterns =
        [
            .. Enumerable.Range(0, 33).Select(i => new RuleEdit.Create(new RuleDraft($"prefix:p{i}-@own.test", Drop))),
            .. Enumerable.Range(0, 33).Select(i => new RuleEdit.Create(new RuleDraft($"suffix:-s{i}@own.test", Drop))),
            .. Enumerable.Range(0, 34).Select(i => new RuleEdit.Create(new RuleDraft($"glob:*g{i}*@own.test", Drop))),
        ];
        Assert.True((await rules.Book.ApplyAsync(patterns, dryRun: false, CancellationToken.None)).IsStored);
        RuleSet set = await rules.Loader.LoadAllAsync(CancellationToken.None);
        EmailAddress[] recipients = [.. new[] { "a@own.test", "a+tag@own.test", "nobody@own.test", "xg33x@own.test" }.Select(RulesOnDisk.Address)];
        EmailAddress?[] senders = [null, RulesOnDisk.Address("x-1@shop.example"), RulesOnDisk.Address("y@news.example"), RulesOnDisk.Address("z@z.example")];
        DateTimeOffset now = rules.Clock.GetUtcNow();

        long Allocated()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                foreach (EmailAddress recipient in recipients)
                {
                    _ = set.Resolve(recipient, senders[i % senders.Length], now);
                }
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        _ = Allocated();
        Assert.Equal(0, Allocated());
    }

    private static string Now(RuleSnapshot snapshot, string recipient) =>
        Show(snapshot.Current!.Resolve(RulesOnDisk.Address(recipient), sender: null, TimeProvider.System.GetUtcNow()));

    private static string Show(RecipientDecision decision) => RulesOnDisk.Show(decision);
}
