using EmailRouting.Rules;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static EmailRouting.Tests.Rules.RulesOnDisk;

namespace EmailRouting.Tests.Rules;

public sealed class RuleFilterTests
{
    [Fact]
    public async Task Whatever_is_asked_for_must_hold_and_no_character_is_special()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
        await using RulesOnDisk rules = await CreateAsync(clock);
        Guid ours = await rules.DomainAsync("ours.test");
        await rules.DomainAsync("theirs.test");
        Guid inbox = await rules.InboxAsync("inbox@far.example");
        await rules.InboxAsync("other@far.example");
        await rules.RuleAsync(new RuleDraft("a_b@ours.test", To("inbox@far.example")) { Labels = ["shop"], ExpiresAt = clock.GetUtcNow().AddHours(1) });
        await rules.RuleAsync(new RuleDraft("axb@ours.test", To("other@far.example")) { Notes = "100%", Fallback = "inbox@far.example" });
        await rules.RuleAsync(new RuleDraft("axb@theirs.test", new DraftAction.Drop()) { Enabled = false });
        clock.Advance(TimeSpan.FromHours(2));

        Assert.Equal(["a_b@ours.test"], await FindAsync(rules, new RuleFilter { Search = "A_B" }));
        Assert.Equal(["axb@ours.test"], await FindAsync(rules, new RuleFilter { Search = "0%" }));
        Assert.Equal(["axb@ours.test"], await FindAsync(rules, new RuleFilter { Search = "other@" }));
        Assert.Equal(["a_b@ours.test", "axb@ours.test"], await FindAsync(rules, new RuleFilter { Destination = inbox }));
        Assert.Equal(["a_b@ours.test", "axb@ours.test"], await FindAsync(rules, new RuleFilter { Domains = [ours] }));
        Assert.Equal(["a_b@ours.test"], await FindAsync(rules, new RuleFilter { Label = "shop" }));
        Assert.Equal(["a_b@ours.test"], await FindAsync(rules, new RuleFilter { ExpiredAt = clock.GetUtcNow() }));
        Assert.Equal(["axb@ours.test", "axb@theirs.test"], await FindAsync(rules, new RuleFilter { ValidAt = clock.GetUtcNow() }));
        Assert.Equal(["axb@theirs.test"], await FindAsync(rules, new RuleFilter { Enabled = false }));
        Assert.Equal(["axb@theirs.test"], await FindAsync(rules, new RuleFilter { Action = RuleAction.Drop, Search = "axb" }));
        Assert.Empty(await FindAsync(rules, new RuleFilter { Domains = [] }));
    }

    [Fact]
    public async Task Many_changes_are_undone_in_one_transaction_and_what_is_undone_already_is_passed_over()
    {
        await using RulesOnDisk rules = await CreateAsync();
        await rules.DomainAsync("ours.test");
        Guid changed = await rules.RuleAsync("changed@ours.test", new DraftAction.Drop());
        Guid removed = await rules.RuleAsync("removed@ours.test", new DraftAction.Drop());
        long newest = await rules.Book.NewestChangeAsync(CancellationToken.None);
        Applied applied = await rules.Book.ApplyAsync(
            [
                new RuleEdit.SetEnabled(changed, false, null), new RuleEdit.Remove(removed, null), new RuleEdit.Create(new RuleDraft("made@ours.test", new DraftAction.Drop())),
            ],
            dryRun: false,
            CancellationToken.None);
        HashSet<Guid> touched = [.. applied.Results.Select(Done)];
        IReadOnlyList<long> changes = await rules.Book.ChangesSinceAsync(newest, touched, CancellationToken.None);
        Assert.Equal(3, changes.Count);
        await rules.Book.RemoveRuleAsync(Done(applied.Results[2]), CancellationToken.None);

        Assert.True((await rules.Book.UndoAsync(changes, CancellationToken.None)).IsStored);

        Assert.Equal(["changed@ours.test", "removed@ours.test"], await FindAsync(rules, new RuleFilter { Enabled = true }));
        Assert.Empty(await rules.Book.ChangesSinceAsync(newest, new HashSet<Guid>(), CancellationToken.None));
        Assert.Empty(await rules.Book.As("somebody else").ChangesSinceAsync(newest, touched, CancellationToken.None));
    }

    private static async Task<string[]> FindAsync(RulesOnDisk rules, RuleFilter filter)
    {
        await using RulesDb db = rules.CreateDbContext();
        List<Rule> found = await db.PageAsync(filter.Of(db).OrderBy(r => r.Id), skip: 0, take: 10, CancellationToken.None);
        Assert.Equal(found.Count, await filter.Of(db).CountAsync());
        return [.. found.Select(rule => RuleRecord.Of(rule).Pattern).Order(StringComparer.Ordinal)];
    }
}
