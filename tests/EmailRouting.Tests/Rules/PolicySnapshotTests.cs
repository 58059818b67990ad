using System.Net;
using EmailRouting.Policy;
using EmailRouting.Rules;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace EmailRouting.Tests.Rules;

/// <summary>The policies of domains and the lists of senders are held with the rules: the end of DATA reads memory only.</summary>
public sealed class PolicySnapshotTests
{
    private static readonly IPAddress Client = IPAddress.Parse("192.0.2.1");

    [Fact]
    public async Task A_change_of_policy_or_list_is_in_force_with_the_next_look()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        Guid domain = await rules.DomainAsync("own.test");
        RuleSet before = await rules.Loader.LoadAllAsync(cancellation);
        Assert.Same(DomainPolicy.Off, before.PolicyFor(RulesOnDisk.Address("a@own.test")));
        Assert.Same(DomainPolicy.Off, before.PolicyFor(RulesOnDisk.Address("postmaster@own.test")));
        Assert.Equal(LookupNeeds.None, before.Lookups);

        await ChangeAsync(rules, domain, new PolicyChange { Spf = PolicyAction.Reject });
        RulesOnDisk.Done(await rules.Book.SetListedSenderAsync(domain, "192.0.2.0/24", isAllowed: false, note: null, cancellation));
        RulesOnDisk.Done(await rules.Book.SetListedSenderAsync(null, "everywhere.example", isAllowed: true, note: null, cancellation));

        foreach (RuleSet after in (RuleSet[])[await rules.Loader.LoadChangesAsync(before, cancellation), await rules.Loader.LoadAllAsync(cancellation)])
        {
            DomainPolicy policy = after.PolicyFor(RulesOnDisk.Address("a@own.test"));
            Assert.Equal((PolicyAction.Reject, false), (policy.Inbound.Spf, policy.IsReserved));
            Assert.False(policy.Senders.Find(Client, null)!.IsAllowed);
            Assert.True(after.Senders.Find(Client, RulesOnDisk.Address("x@sub.everywhere.example"))!.IsAllowed);
            Assert.Equal((PolicyAction.Tag, true), after.PolicyFor(RulesOnDisk.Address("Abuse@own.test")) is var reserved ? (reserved.Inbound.Spf, reserved.IsReserved) : default);
            Assert.True(after.Lookups.Spf);
        }
    }

    [Fact]
    public async Task A_rule_is_not_in_force_before_the_policy_of_its_domain_is()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        await rules.InboxAsync("me@inbox.example");
        RuleSet before = await rules.Loader.LoadAllAsync(cancellation);
        Guid domain = await rules.DomainAsync("own.test");

        // Both come while the change before them is being read: its domain has been read, its rules have not.
        rules.BeforeReading("FROM \"Rules\"", async () =>
        {
            await ChangeAsync(rules, domain, new PolicyChange { Spf = PolicyAction.Reject });
            await rules.RuleAsync("hello@own.test", RulesOnDisk.To("me@inbox.example"));
        });
        RuleSet between = await rules.Loader.LoadChangesAsync(before, cancellation);
        RuleSet after = await rules.Loader.LoadChangesAsync(between, cancellation);

        Assert.Equal((1, 0, 1), (between.Version - before.Version, between.Count, after.Count));
        Assert.Equal(PolicyAction.Reject, after.PolicyFor(RulesOnDisk.Address("hello@own.test")).Inbound.Spf);
    }

    [Fact]
    public async Task Removing_a_domain_removes_its_list()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        Guid domain = await rules.DomainAsync("own.test");
        RulesOnDisk.Done(await rules.Book.SetListedSenderAsync(domain, "a@b.example", isAllowed: false, note: "x", cancellation));
        RulesOnDisk.Done(await rules.Book.SetListedSenderAsync(null, "a@b.example", isAllowed: false, note: null, cancellation));

        RulesOnDisk.Done(await rules.Book.RemoveDomainAsync("own.test", cancellation));

        await using RulesDb db = rules.CreateDbContext();
        Assert.Null(Assert.Single(await db.ListedSenders.ToListAsync(cancellation)).DomainId);
    }

    [Fact]
    public async Task An_entry_is_on_a_list_once_and_a_list_is_nobody_elses()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        Guid domain = await rules.DomainAsync("own.test");

        Guid first = RulesOnDisk.Done(await rules.Book.SetListedSenderAsync(null, "A@b.example", isAllowed: false, note: "why", cancellation));
        Guid again = RulesOnDisk.Done(await rules.Book.SetListedSenderAsync(null, "a@B.example", isAllowed: true, note: null, cancellation));

        Assert.Equal(first, again);
        Assert.Equal((true, "why"), Assert.Single(await rules.Book.ListedSendersAsync(null, cancellation)) is var listed ? (listed.IsAllowed, listed.Note) : default);
        Assert.Equal(RefusalReason.NotFound, RulesOnDisk.Refused(await rules.Book.RemoveListedSenderAsync(domain, first, cancellation)).Reason);
        Assert.Equal(RefusalReason.NotFound, RulesOnDisk.Refused(await rules.Book.SetListedSenderAsync(Guid.NewGuid(), "a@b.example", isAllowed: true, note: null, cancellation)).Reason);
        Assert.Equal(RefusalReason.Invalid, RulesOnDisk.Refused(await rules.Book.SetListedSenderAsync(null, "a@b.example", isAllowed: true, note: "two\nlines", cancellation)).Reason);
    }

    [Fact]
    public async Task A_domain_begins_with_the_default_policy()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();

        RulesOnDisk.Done(await rules.Book.With(PolicyPreset.Reject).As("somebody").AddDomainAsync("own.test", DomainState.Live, subAddressing: false, cancellation));

        Assert.Equal(PolicyAction.Reject, (await rules.Loader.LoadAllAsync(cancellation)).PolicyFor(RulesOnDisk.Address("a@own.test")).Inbound.Dmarc);
    }

    private static async Task ChangeAsync(RulesOnDisk rules, Guid domain, PolicyChange change) =>
        RulesOnDisk.Done(await rules.Book.ChangeDomainAsync(domain, new DomainChange { Policy = change }, null, CancellationToken.None));
}
