using EmailRouting.Rules;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailRouting.Tests.Rules;

public sealed class DestinationTests
{
    [Fact]
    public async Task The_owner_of_a_new_inbox_is_to_be_asked_and_not_every_second()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync(clock);
        Guid id = await rules.InboxAsync("in@far.example", verified: false);
        Assert.Equal(clock.GetUtcNow(), (await FindAsync(rules, id)).AskAt);
        Assert.Equal(RefusalReason.TooSoon, RulesOnDisk.Refused(await rules.Book.RequestVerificationAsync(id, CancellationToken.None)).Reason);

        clock.Advance(TimeSpan.FromSeconds(30));
        await using (RulesDb db = rules.CreateDbContext())
        {
            DateTimeOffset asked = clock.GetUtcNow();
            await db.Destinations.ExecuteUpdateAsync(set => set.SetProperty(d => d.AskAt, (DateTimeOffset?)null).SetProperty(d => d.AskedAt, asked), TestContext.Current.CancellationToken);
        }

        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(RefusalReason.TooSoon, RulesOnDisk.Refused(await rules.Book.RequestVerificationAsync(id, CancellationToken.None)).Reason);
        clock.Advance(TimeSpan.FromSeconds(1));
        RulesOnDisk.Done(await rules.Book.RequestVerificationAsync(id, CancellationToken.None));
        Assert.Equal(clock.GetUtcNow(), (await FindAsync(rules, id)).AskAt);

        RulesOnDisk.Done(await rules.Book.VerifyDestinationAsync(id, CancellationToken.None));
        Destination verified = await FindAsync(rules, id);
        Assert.Equal((clock.GetUtcNow(), clock.GetUtcNow(), null), (verified.VerifiedAt, verified.ModifiedAt, verified.AskAt));
        Assert.Equal(RefusalReason.Invalid, RulesOnDisk.Refused(await rules.Book.RequestVerificationAsync(id, CancellationToken.None)).Reason);
        Assert.Equal(RefusalReason.NotFound, RulesOnDisk.Refused(await rules.Book.RequestVerificationAsync(Guid.NewGuid(), CancellationToken.None)).Reason);
    }

    [Fact]
    public async Task An_inbox_on_a_domain_of_the_operators_own_needs_no_question()
    {
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        await rules.DomainAsync("own.test");
        Guid waiting = await rules.InboxAsync("first@corp.example", verified: false);
        Guid below = await rules.InboxAsync("first@sub.corp.example", verified: false);
        RulesOnDisk.Done(await rules.Book.AddOwnedDomainAsync("Corp.example", CancellationToken.None));
        Guid later = await rules.InboxAsync("later@corp.example", verified: false);

        Assert.NotNull((await FindAsync(rules, waiting)).VerifiedAt);
        Assert.Null((await FindAsync(rules, waiting)).AskAt);
        Assert.NotNull((await FindAsync(rules, later)).VerifiedAt);
        Assert.Null((await FindAsync(rules, below)).VerifiedAt);
        Assert.Equal(["corp.example"], (await rules.Book.OwnedDomainsAsync(CancellationToken.None)).Select(d => d.Name));
        Assert.Equal(RefusalReason.Duplicate, RulesOnDisk.Refused(await rules.Book.AddOwnedDomainAsync("corp.example", CancellationToken.None)).Reason);
        Assert.Equal(RefusalReason.Invalid, RulesOnDisk.Refused(await rules.Book.AddOwnedDomainAsync("own.test", CancellationToken.None)).Reason);
        Assert.Equal(RefusalReason.Invalid, RulesOnDisk.Refused(await rules.Book.AddOwnedDomainAsync("a\nb", CancellationToken.None)).Reason);

        RulesOnDisk.Done(await rules.Book.RemoveOwnedDomainAsync("corp.example", CancellationToken.None));
        Assert.Equal(RefusalReason.NotFound, RulesOnDisk.Refused(await rules.Book.RemoveOwnedDomainAsync("corp.example", CancellationToken.None)).Reason);
        Assert.Null((await FindAsync(rules, await rules.InboxAsync("last@corp.example", verified: false))).VerifiedAt);
    }

    [Fact]
    public async Task A_catch_all_for_anybody_has_the_id_that_its_domain_gives_it()
    {
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        Guid domain = await rules.DomainAsync("own.test");
        Guid some = await rules.RuleAsync(new RuleDraft("*@own.test", new DraftAction.Drop()) { Senders = ["<>"] });
        Guid all = await rules.RuleAsync("*@own.test", new DraftAction.Drop());

        Assert.Equal(CatchAll.IdOf(domain), all);
        Assert.NotEqual(all, some);
        Assert.Equal(domain, CatchAll.IdOf(all));
        Assert.Equal(domain.ToString("N")[..30], all.ToString("N")[..30]);
        RulesOnDisk.Done(await rules.Book.UpdateRuleAsync(all, new RuleDraft("x@own.test", new DraftAction.Drop()), null, CancellationToken.None));
        Assert.NotEqual(all, await rules.RuleAsync("*@own.test", new DraftAction.Drop()));
    }

    private static async Task<Destination> FindAsync(RulesOnDisk rules, Guid id)
    {
        await using RulesDb db = rules.CreateDbContext();
        return await db.Destinations.SingleAsync(d => d.Id == id, TestContext.Current.CancellationToken);
    }
}
