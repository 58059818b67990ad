using System.Collections.Immutable;
using EmailRouting.Rules;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace EmailRouting.Tests.Rules;

public sealed class RuleHistoryTests
{
    private static readonly DraftAction Drop = new DraftAction.Drop();

    [Fact]
    public async Task Each_change_says_who_made_it_and_what_was_before()
    {
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        Guid domain = await rules.DomainAsync("own.test");
        Guid id = await rules.RuleAsync("a@own.test", Drop);
        RuleBook token = rules.Book.As("token deploy\r\n");
        RulesOnDisk.Done(await token.UpdateRuleAsync(id, new RuleDraft("b@own.test", Drop) { Name = "n", Labels = ["l", "m"] }, null, CancellationToken.None));
        RulesOnDisk.Done(await token.SetEnabledAsync(id, false, CancellationToken.None));
        RulesOnDisk.Done(await token.SetEnabledAsync(id, false, CancellationToken.None));
        RulesOnDisk.Done(await token.RemoveRuleAsync(id, CancellationToken.None));

        HistoryPage first = await rules.Book.HistoryAsync(new HistoryQuery(domain, null, null, 3), CancellationToken.None);
        HistoryPage rest = await rules.Book.HistoryAsync(new HistoryQuery(null, id, first.Next, 3), CancellationToken.None);
        Assert.Null(rest.Next);
        RuleEvent[] events = [.. first.Events, .. rest.Events];
        Assert.Equal(
            [(RuleEventKind.Removed, "b@own.test"), (RuleEventKind.Updated, "b@own.test"), (RuleEventKind.Updated, "b@own.test"), (RuleEventKind.Created, "a@own.test")],
            events.Select(e => (e.Kind, e.Pattern)));
        Assert.Equal(["token deploy??", "token deploy??", "token deploy??", "command line"], events.Select(e => e.Actor));
        Assert.Equal(
            [("pattern", "a@own.test", "b@own.test"), ("name", null, "n"), ("labels", null, "l, m")],
            Diff(events[2]).Select(c => (c.Field, c.Before, c.After)));
        Assert.Equal([("enabled", "true", "false")], Diff(events[1]).Select(c => (c.Field, c.Before, c.After)));
        Assert.Null(events[0].After);
        Assert.Equal(events[1].After, events[0].Before);
        Assert.Equal(RefusalReason.NotFound, RulesOnDisk.Refused(await rules.Book.RemoveRuleAsync(id, CancellationToken.None)).Reason);
    }

    [Fact]
    public async Task Undo_puts_a_rule_back_and_can_be_undone()
    {
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        await rules.DomainAsync("own.test");
        await rules.InboxAsync("in@far.example");
        Guid id = await rules.RuleAsync(new RuleDraft("a@own.test", RulesOnDisk.To("in@far.example")) { Name = "one", Senders = ["x.example"] });
        long created = await LastAsync(rules);
        RulesOnDisk.Done(await rules.Book.UpdateRuleAsync(id, new RuleDraft("b@own.test", Drop) { Name = "two" }, 1, CancellationToken.None));
        long updated = await LastAsync(rules);
        RulesOnDisk.Done(await rules.Book.RemoveRuleAsync(id, 2, CancellationToken.None));
        long removed = await LastAsync(rules);
        DateTimeOffset since = (await rules.Book.EventAsync(created, CancellationToken.None))!.At;

        Assert.Equal(id, RulesOnDisk.Done(await rules.Book.UndoAsync(removed, null, CancellationToken.None)));
        Rule back = await RuleAsync(rules, id);
        Assert.Equal(("two", since, true), (back.Name, back.CreatedAt, back.Revision > 2));
        Assert.Equal("drop", await rules.ReplyAsync("b@own.test"));

        Assert.Equal(RefusalReason.Stale, RulesOnDisk.Refused(await rules.Book.UndoAsync(updated, 2, CancellationToken.None)).Reason);
        RulesOnDisk.Done(await rules.Book.UndoAsync(updated, back.Revision, CancellationToken.None));
        Assert.Equal("forward in@far.example", await rules.ReplyAsync("a@own.test", "p@x.example"));
        Assert.Equal("550 5.1.1", await rules.ReplyAsync("b@own.test"));

        RulesOnDisk.Done(await rules.Book.UndoAsync(created, null, CancellationToken.None));
        Assert.Equal("550 5.1.1", await rules.ReplyAsync("a@own.test", "p@x.example"));
        Assert.Equal(RefusalReason.NotFound, RulesOnDisk.Refused(await rules.Book.UndoAsync(created, null, CancellationToken.None)).Reason);

        RulesOnDisk.Done(await rules.Book.UndoAsync(await LastAsync(rules), null, CancellationToken.None));
        Assert.Equal("forward in@far.example", await rules.ReplyAsync("a@own.test", "p@x.example"));
    }

    [Fact]
    public async Task What_cannot_be_undone_is_refused_in_words()
    {
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        await rules.DomainAsync("own.test");
        await rules.InboxAsync("in@far.example");
        Guid id = await rules.RuleAsync("a@own.test", RulesOnDisk.To("in@far.example"));
        RulesOnDisk.Done(await rules.Book.RemoveRuleAsync(id, CancellationToken.None));
        long removed = await LastAsync(rules);
        Guid other = await rules.RuleAsync("a@own.test", Drop);

        Assert.Equal(RefusalReason.Duplicate, RulesOnDisk.Refused(await rules.Book.UndoAsync(removed, null, CancellationToken.None)).Reason);
        RulesOnDisk.Done(await rules.Book.RemoveRuleAsync(other, CancellationToken.None));
        RulesOnDisk.Done(await rules.Book.RemoveDestinationAsync("in@far.example", CancellationToken.None));
        Assert.Equal(RefusalReason.Unverified, RulesOnDisk.Refused(await rules.Book.UndoAsync(removed, null, CancellationToken.None)).Reason);
        await rules.InboxAsync("in@far.example");
        RulesOnDisk.Done(await rules.Book.RemoveDomainAsync("own.test", CancellationToken.None));
        await rules.DomainAsync("own.test");
        Edit.Refused gone = RulesOnDisk.Refused(await rules.Book.UndoAsync(removed, null, CancellationToken.None));
        Assert.Equal((RefusalReason.NotFound, true), (gone.Reason, gone.Sentence.Contains("domain", StringComparison.Ordinal)));
        Assert.Equal(RefusalReason.NotFound, RulesOnDisk.Refused(await rules.Book.UndoAsync(12345, null, CancellationToken.None)).Reason);
    }

    [Fact]
    public async Task What_a_destination_or_a_domain_takes_with_it_is_in_the_history()
    {
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        Guid own = await rules.DomainAsync("own.test");
        await rules.DomainAsync("other.test");
        await rules.InboxAsync("gone@far.example");
        await rules.InboxAsync("stays@far.example");
        Guid alone = await rules.RuleAsync("alone@own.test", RulesOnDisk.To("gone@far.example"));
        Guid both = await rules.RuleAsync("both@own.test", RulesOnDisk.To("gone@far.example", "stays@far.example"));
        Guid chained = await rules.RuleAsync("chained@other.test", RulesOnDisk.To("both@own.test"));

        RulesOnDisk.Done(await rules.Book.As("token x").UnverifyDestinationAsync("gone@far.example", CancellationToken.None));
        Assert.Equal([("enabled", "true", "false")], await LastDiffAsync(rules, alone));
        Assert.Equal(2, (await RuleAsync(rules, alone)).Revision);
        Assert.Equal(1, (await RuleAsync(rules, both)).Revision);
        RulesOnDisk.Done(await rules.Book.RemoveDestinationAsync("gone@far.example", CancellationToken.None));
        Assert.Equal([("to", "gone@far.example", null)], await LastDiffAsync(rules, alone));
        Assert.Equal([("to", "gone@far.example, stays@far.example", "stays@far.example")], await LastDiffAsync(rules, both));
        Assert.Equal(2, (await RuleAsync(rules, both)).Revision);

        RulesOnDisk.Done(await rules.Book.RemoveDomainAsync("own.test", CancellationToken.None));
        Assert.Equal([("enabled", "true", "false"), ("to", "both@own.test", null)], (await LastDiffAsync(rules, chained)).Order());
        HistoryPage history = await rules.Book.HistoryAsync(new HistoryQuery(own, null, null, 2), CancellationToken.None);
        Assert.All(history.Events, e => Assert.Equal(RuleEventKind.Removed, e.Kind));
    }

    private static ImmutableArray<FieldChange> Diff(RuleEvent change) =>
        FieldChange.Between(change.Before is null ? null : RuleRecord.Read(change.Before), change.After is null ? null : RuleRecord.Read(change.After));

    private static async Task<IEnumerable<(string, string?, string?)>> LastDiffAsync(RulesOnDisk rules, Guid rule) =>
        Diff((await rules.Book.HistoryAsync(new HistoryQuery(null, rule, null, 1), CancellationToken.None)).Events[0]).Select(c => (c.Field, c.Before, c.After));

    private static async Task<long> LastAsync(RulesOnDisk rules) =>
        (await rules.Book.HistoryAsync(new HistoryQuery(null, null, null, 1), CancellationToken.None)).Events[0].Sequence;

    private static async Task<Rule> RuleAsync(RulesOnDisk rules, Guid id)
    {
        await using RulesDb db = rules.CreateDbContext();
        return await db.Rules.SingleAsync(r => r.Id == id, TestContext.Current.CancellationToken);
    }
}
