using EmailRouting.Rules;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace EmailRouting.Tests.Rules;

public sealed class RuleBookTests
{
    [Fact]
    public async Task What_an_invariant_forbids_is_refused()
    {
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        await rules.DomainAsync("bücher.test");
        await rules.DomainAsync("own.test");
        await rules.InboxAsync("in@far.example");
        await rules.InboxAsync("asked@far.example", verified: false);
        await rules.RuleAsync("known@own.test", RulesOnDisk.To("in@far.example"));
        await rules.RuleAsync("b@own.test", RulesOnDisk.To("known@own.test"));

        (string Pattern, DraftAction Action, RefusalReason Reason)[] table =
        [
            ("KNOWN@own.test", new DraftAction.Drop(), RefusalReason.Duplicate),
            ("\"known\"@own.test", new DraftAction.Drop(), RefusalReason.Duplicate),
            ("x@elsewhere.test", new DraftAction.Drop(), RefusalReason.NotFound),
            ("no address", new DraftAction.Drop(), RefusalReason.Invalid),
            ("x@own.test", RulesOnDisk.To(), RefusalReason.Invalid),
            ("x@own.test", RulesOnDisk.To("not an address"), RefusalReason.Invalid),
            ("x@own.test", RulesOnDisk.To("in@far.example", "IN@far.example"), RefusalReason.Invalid),
            ("x@own.test", RulesOnDisk.To("asked@far.example"), RefusalReason.Unverified),
            ("x@own.test", RulesOnDisk.To("stranger@far.example"), RefusalReason.Unverified),
            ("x@own.test", RulesOnDisk.To([.. Enumerable.Range(0, 101).Select(i => $"n{i}@far.example")]), RefusalReason.Invalid),
            ("x@own.test", new DraftAction.Reject(449, "no"), RefusalReason.Invalid),
            ("x@own.test", new DraftAction.Reject(560, "no"), RefusalReason.Invalid),
            ("x@own.test", new DraftAction.Reject(550, "nö"), RefusalReason.Invalid),
            ("x@own.test", new DraftAction.Reject(550, "a\r\n250 b"), RefusalReason.Invalid),
            ("postmaster@own.test", new DraftAction.Drop(), RefusalReason.Invalid),
            ("Abuse@xn--bcher-kva.test", new DraftAction.Reject(550, "no"), RefusalReason.Invalid),
            ("x@own.test", RulesOnDisk.To("x@own.test"), RefusalReason.Loop),
            ("*@own.test", RulesOnDisk.To("nobody@own.test"), RefusalReason.Loop),
        ];
        foreach ((string pattern, DraftAction action, RefusalReason reason) in table)
        {
            Edit edit = await rules.Book.AddRuleAsync(new RuleDraft(pattern, action), CancellationToken.None);
            Assert.True(edit is Edit.Refused refused && refused.Reason == reason, $"{pattern} {action}: {edit}");
        }

        Edit circle = await rules.Book.SetRuleAsync(new RuleDraft("known@own.test", RulesOnDisk.To("b@own.test")), CancellationToken.None);
        Assert.Equal(RefusalReason.Loop, Assert.IsType<Edit.Refused>(circle).Reason);
        Assert.Equal("forward in@far.example", await rules.ReplyAsync("known@own.test"));
    }

    [Fact]
    public async Task Eight_steps_are_enough_and_nine_are_too_many()
    {
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        await rules.DomainAsync("own.test");
        await rules.InboxAsync("in@far.example");
        await rules.RuleAsync("s0@own.test", RulesOnDisk.To("in@far.example"));
        for (int i = 1; i <= 8; i++)
        {
            await rules.RuleAsync($"s{i}@own.test", RulesOnDisk.To($"s{i - 1}@own.test"));
        }

        Assert.Equal("forward in@far.example", await rules.ReplyAsync("s8@own.test"));
        Edit ninth = await rules.Book.AddRuleAsync(new RuleDraft("s9@own.test", RulesOnDisk.To("s8@own.test")), CancellationToken.None);
        Assert.Equal(RefusalReason.Loop, Assert.IsType<Edit.Refused>(ninth).Reason);
    }

    [Fact]
    public async Task A_destination_that_goes_disables_only_rules_left_with_none()
    {
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        await rules.DomainAsync("own.test");
        await rules.InboxAsync("gone@far.example");
        await rules.InboxAsync("stays@far.example");
        Guid alone = await rules.RuleAsync("alone@own.test", RulesOnDisk.To("gone@far.example"));
        await rules.RuleAsync("both@own.test", RulesOnDisk.To("gone@far.example", "stays@far.example"));

        RulesOnDisk.Done(await rules.Book.RemoveDestinationAsync("gone@far.example", CancellationToken.None));

        Assert.Equal("550 5.1.1", await rules.ReplyAsync("alone@own.test"));
        Assert.Equal("forward stays@far.example", await rules.ReplyAsync("both@own.test"));
        await using RulesDb db = rules.CreateDbContext();
        Assert.False((await db.Rules.SingleAsync(r => r.Id == alone, TestContext.Current.CancellationToken)).Enabled);
        Edit enabled = await rules.Book.SetEnabledAsync(alone, true, CancellationToken.None);
        Assert.Equal(RefusalReason.Unverified, Assert.IsType<Edit.Refused>(enabled).Reason);
    }

    [Fact]
    public async Task A_domain_that_goes_takes_its_rules_and_the_targets_on_it()
    {
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        await rules.DomainAsync("own.test");
        await rules.DomainAsync("other.test");
        await rules.InboxAsync("in@far.example");
        await rules.RuleAsync("a@other.test", RulesOnDisk.To("in@far.example"));
        await rules.RuleAsync("b@own.test", RulesOnDisk.To("a@other.test"));

        RulesOnDisk.Done(await rules.Book.RemoveDomainAsync("other.test", CancellationToken.None));

        Assert.Equal("550 5.7.1", await rules.ReplyAsync("a@other.test"));
        Assert.Equal("550 5.1.1", await rules.ReplyAsync("b@own.test"));
    }
}
