using EmailRouting.Rules;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace EmailRouting.Tests.Rules;

public sealed class ConcurrentEditsTests
{
    private static readonly DraftAction Drop = new DraftAction.Drop();

    [Fact]
    public async Task Of_two_who_have_seen_the_same_revision_one_wins()
    {
        await using RulesOnDisk one = await RulesOnDisk.CreateAsync();
        RulesOnDisk other = one.Again();
        Guid domain = await one.DomainAsync("own.test");
        Guid id = await one.RuleAsync("a@own.test", Drop);
        for (int round = 1; round <= 10; round++)
        {
            Edit[] edits = await Task.WhenAll(Update(one, "one"), Update(other, "other"));
            Edit.Refused lost = Assert.Single(edits.OfType<Edit.Refused>());
            Assert.Equal(RefusalReason.Stale, lost.Reason);
            await using RulesDb db = one.CreateDbContext();
            Rule rule = await db.Rules.SingleAsync(r => r.Id == id, TestContext.Current.CancellationToken);
            Assert.Equal((round + 1, edits[0] is Edit.Done ? $"one {round}" : $"other {round}"), (rule.Revision, rule.Name));

            Task<Edit> Update(RulesOnDisk rules, string name) =>
                Task.Run(() => rules.Book.UpdateRuleAsync(id, new RuleDraft("a@own.test", Drop) { Name = $"{name} {round}" }, round, CancellationToken.None));
        }

        Assert.Equal(RefusalReason.Stale, RulesOnDisk.Refused(await one.Book.SetEnabledAsync(id, false, 1, CancellationToken.None)).Reason);
        Assert.Equal(RefusalReason.Stale, RulesOnDisk.Refused(await one.Book.RemoveRuleAsync(id, 1, CancellationToken.None)).Reason);
        RulesOnDisk.Done(await other.Book.ChangeDomainAsync(domain, new DomainChange { Paused = true }, 0, CancellationToken.None));
        RulesOnDisk.Done(await other.Book.ChangeDomainAsync(domain, new DomainChange { Paused = true }, 1, CancellationToken.None));
        Assert.Equal(RefusalReason.Stale, RulesOnDisk.Refused(await one.Book.ChangeDomainAsync(domain, new DomainChange { Paused = false }, 0, CancellationToken.None)).Reason);
        Assert.Equal(RefusalReason.Stale, RulesOnDisk.Refused(await one.Book.RemoveDomainAsync(domain, 0, CancellationToken.None)).Reason);
        RulesOnDisk.Done(await one.Book.RemoveDomainAsync(domain, 1, CancellationToken.None));
    }

    [Fact]
    public async Task Of_two_who_make_the_same_rule_one_wins()
    {
        await using RulesOnDisk one = await RulesOnDisk.CreateAsync();
        RulesOnDisk other = one.Again();
        await one.DomainAsync("own.test");
        Edit[] edits = await Task.WhenAll(
            Task.Run(() => one.Book.AddRuleAsync(new RuleDraft("a@own.test", Drop), CancellationToken.None)),
            Task.Run(() => other.Book.AddRuleAsync(new RuleDraft("a@own.test", Drop), CancellationToken.None)));
        Assert.Equal(RefusalReason.Duplicate, Assert.Single(edits.OfType<Edit.Refused>()).Reason);
    }
}
