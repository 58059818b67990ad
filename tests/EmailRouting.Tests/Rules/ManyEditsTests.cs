using System.Diagnostics;
using EmailRouting.Rules;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace EmailRouting.Tests.Rules;

public sealed class ManyEditsTests
{
    private static readonly DraftAction Drop = new DraftAction.Drop();

    [Fact]
    public async Task All_edits_are_stored_or_none_is()
    {
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        await rules.DomainAsync("own.test");
        Guid known = await rules.RuleAsync("known@own.test", Drop);
        RuleEdit[] edits =
        [
            new RuleEdit.Create(new RuleDraft("a@own.test", Drop)),
            new RuleEdit.Remove(known, null),
            new RuleEdit.Create(new RuleDraft("A@own.test", Drop)),
            new RuleEdit.Create(new RuleDraft("b@own.test", RulesOnDisk.To("stranger@far.example"))),
            new RuleEdit.Update(Guid.NewGuid(), new RuleDraft("c@own.test", Drop), null),
            new RuleEdit.Create(new RuleDraft("no address", Drop)),
        ];

        Applied refused = await rules.Book.ApplyAsync(edits, dryRun: false, CancellationToken.None);

        Assert.False(refused.IsStored);
        Assert.Equal(
            [(2, RefusalReason.Duplicate), (3, RefusalReason.Unverified), (4, RefusalReason.NotFound), (5, RefusalReason.Invalid)],
            refused.Refusals.Select(r => (r.Index, r.Refusal.Reason)));
        Assert.Equal("drop", await rules.ReplyAsync("known@own.test"));
        Assert.Equal("550 5.1.1", await rules.ReplyAsync("a@own.test"));

        Applied dry = await rules.Book.ApplyAsync(edits[..2], dryRun: true, CancellationToken.None);
        Assert.False(dry.IsStored);
        Assert.Empty(dry.Refusals);
        Assert.Equal("drop", await rules.ReplyAsync("known@own.test"));
        await using RulesDb db = rules.CreateDbContext();
        Assert.Equal(1, await db.RuleEvents.CountAsync(TestContext.Current.CancellationToken));

        Assert.True((await rules.Book.ApplyAsync(edits[..2], dryRun: false, CancellationToken.None)).IsStored);
        Assert.Equal("550 5.1.1", await rules.ReplyAsync("known@own.test"));
        Assert.Equal("drop", await rules.ReplyAsync("a@own.test"));
    }

    [Fact]
    public async Task An_edit_sees_what_those_before_it_have_done()
    {
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        await rules.DomainAsync("own.test");
        await rules.InboxAsync("in@far.example");
        Guid one = await rules.RuleAsync("one@own.test", Drop);
        Guid two = await rules.RuleAsync("two@own.test", RulesOnDisk.To("in@far.example"));
        Guid all = await rules.RuleAsync("*@own.test", Drop);

        Applied applied = await rules.Book.ApplyAsync(
            [
                new RuleEdit.Update(one, new RuleDraft("three@own.test", Drop), null),
                new RuleEdit.Update(two, new RuleDraft("one@own.test", RulesOnDisk.To("in@far.example")), null),
                new RuleEdit.Create(new RuleDraft("two@own.test", new DraftAction.Reject(550, "No"))),
                new RuleEdit.Set(new RuleDraft("two@own.test", new DraftAction.Reject(551, "No"))),
                new RuleEdit.SetEnabled(one, false, 2),
                new RuleEdit.Remove(all, null),
                new RuleEdit.Create(new RuleDraft("*@own.test", new DraftAction.Reject(552, "No"))),
                new RuleEdit.Create(new RuleDraft("to@own.test", RulesOnDisk.To("later@own.test"))),
                new RuleEdit.Create(new RuleDraft("later@own.test", RulesOnDisk.To("in@far.example"))),
                new RuleEdit.Set(new RuleDraft("two@own.test", RulesOnDisk.To("in@far.example"))),
                new RuleEdit.Set(new RuleDraft("two@own.test", new DraftAction.Reject(553, "No"))),
            ],
            dryRun: false,
            CancellationToken.None);

        Assert.Empty(applied.Refusals);
        Assert.Equal("forward in@far.example", await rules.ReplyAsync("one@own.test"));
        Assert.Equal("553 5.1.3", await rules.ReplyAsync("two@own.test"));
        Assert.Equal("552 5.2.2", await rules.ReplyAsync("three@own.test"));
        Assert.Equal("forward in@far.example", await rules.ReplyAsync("to@own.test"));
    }

    [Fact]
    public async Task A_circle_that_edits_close_together_is_refused()
    {
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        await rules.DomainAsync("own.test");
        Applied applied = await rules.Book.ApplyAsync(
            [
                new RuleEdit.Create(new RuleDraft("free@own.test", Drop)),
                new RuleEdit.Create(new RuleDraft("a@own.test", RulesOnDisk.To("b@own.test"))),
                new RuleEdit.Create(new RuleDraft("b@own.test", RulesOnDisk.To("a@own.test"))),
            ],
            dryRun: false,
            CancellationToken.None);

        Assert.Equal([(1, RefusalReason.Loop), (2, RefusalReason.Loop)], applied.Refusals.Select(r => (r.Index, r.Refusal.Reason)));
        Assert.Equal("550 5.1.1", await rules.ReplyAsync("free@own.test"));
    }

    [Fact]
    public async Task A_circle_for_certain_senders_is_one()
    {
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        await rules.DomainAsync("own.test");
        await rules.InboxAsync("in@far.example");
        await rules.RuleAsync("a@own.test", RulesOnDisk.To("in@far.example"));
        await rules.RuleAsync(new RuleDraft("a@own.test", RulesOnDisk.To("b@own.test")) { Senders = ["work.example"] });

        Edit closes = await rules.Book.AddRuleAsync(new RuleDraft("b@own.test", RulesOnDisk.To("a@own.test")), CancellationToken.None);
        Assert.Equal(RefusalReason.Loop, RulesOnDisk.Refused(closes).Reason);
        RulesOnDisk.Done(await rules.Book.AddRuleAsync(new RuleDraft("b@own.test", RulesOnDisk.To("a@own.test")) { Senders = ["play.example"] }, CancellationToken.None));
        Assert.Equal("forward in@far.example", await rules.ReplyAsync("b@own.test", "x@play.example"));
    }

    [Fact]
    public async Task Refusals_end_at_a_hundred()
    {
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        Applied applied = await rules.Book.ApplyAsync(
            [.. Enumerable.Range(0, 500).Select(i => new RuleEdit.Create(new RuleDraft($"a{i}@own.test", Drop)))], dryRun: false, CancellationToken.None);
        Assert.Equal(RuleBook.MaxRefusals, applied.Refusals.Count());
    }

    [Fact]
    public async Task Ten_thousand_rules_are_made_in_seconds()
    {
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        await rules.DomainAsync("own.test");
        for (int i = 0; i < 10; i++)
        {
            await rules.InboxAsync($"in{i}@far.example");
        }

        var snapshot = new RuleSnapshot();
        using RuleReloader reloader = rules.Reloader(snapshot);
        await reloader.LoadAsync(CancellationToken.None);
        RuleEdit[] edits = [.. Enumerable.Range(0, 10_000).Select(i => new RuleEdit.Create(new RuleDraft($"user{i}@own.test", RulesOnDisk.To($"in{i % 10}@far.example")) { Name = $"rule {i}" }))];

        long start = Stopwatch.GetTimestamp();
        Applied applied = await rules.Book.ApplyAsync(edits, dryRun: false, CancellationToken.None);
        TimeSpan made = Stopwatch.GetElapsedTime(start);
        start = Stopwatch.GetTimestamp();
        await reloader.RefreshAsync(CancellationToken.None);
        TimeSpan loaded = Stopwatch.GetElapsedTime(start);

        Assert.True(applied.IsStored);
        Assert.Equal(10_000, snapshot.Current!.Count);
        TestContext.Current.SendDiagnosticMessage($"made in {made.TotalSeconds:F2} s, read in {loaded.TotalSeconds:F2} s");

        // Of a machine that does other things too: what is asked of it is the order of magnitude.
        Assert.True(made < TimeSpan.FromSeconds(30), $"made in {made}");
        Assert.True(loaded < TimeSpan.FromSeconds(10), $"read in {loaded}");
    }

    [Fact]
    public async Task A_domain_has_a_bounded_number_of_patterns()
    {
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        await rules.DomainAsync("own.test");
        RuleEdit Create(string pattern) => new RuleEdit.Create(new RuleDraft(pattern, Drop));
        Applied expressions = await rules.Book.ApplyAsync([.. Enumerable.Range(0, 101).Select(i => Create($"regex:a{i}@own.test"))], dryRun: false, CancellationToken.None);
        Assert.Equal([100], expressions.Refusals.Select(r => r.Index));
        Assert.True((await rules.Book.ApplyAsync([.. Enumerable.Range(0, 1000).Select(i => Create($"prefix:a{i}@own.test"))], dryRun: false, CancellationToken.None)).IsStored);

        Edit.Refused full = RulesOnDisk.Refused(await rules.Book.AddRuleAsync(new RuleDraft("suffix:a@own.test", Drop), CancellationToken.None));
        Assert.Equal(("matchers", RefusalReason.Invalid), (full.Field, full.Reason));
        await using RulesDb db = rules.CreateDbContext();
        Guid one = await db.Rules.Select(r => r.Id).FirstAsync(TestContext.Current.CancellationToken);
        RulesOnDisk.Done(await rules.Book.UpdateRuleAsync(one, new RuleDraft("suffix:a@own.test", Drop), null, CancellationToken.None));
        RulesOnDisk.Done(await rules.Book.UpdateRuleAsync(one, new RuleDraft("exact@own.test", Drop), null, CancellationToken.None));
        RulesOnDisk.Done(await rules.Book.AddRuleAsync(new RuleDraft("suffix:a@own.test", Drop), CancellationToken.None));
    }
}
