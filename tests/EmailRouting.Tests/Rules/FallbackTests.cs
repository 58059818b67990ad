using System.Collections.Immutable;
using EmailRouting.Mail;
using EmailRouting.Reception;
using EmailRouting.Rules;
using EmailRouting.Smtp;
using EmailRouting.Storage;
using Xunit;

namespace EmailRouting.Tests.Rules;

public sealed class FallbackTests
{
    [Fact]
    public async Task The_innermost_rule_that_names_a_fallback_decides()
    {
        await using RulesOnDisk rules = await FilledAsync();
        await rules.RuleAsync(new RuleDraft("inner@own.test", RulesOnDisk.To("a@in.example")) { Fallback = "x@in.example", FallbackAfterMinutes = 30 });
        await rules.RuleAsync("plain@own.test", RulesOnDisk.To("b@in.example"));
        await rules.RuleAsync("middle@own.test", RulesOnDisk.To("plain@own.test"));
        await rules.RuleAsync(
            new RuleDraft("outer@own.test", RulesOnDisk.To("inner@own.test", "middle@own.test", "c@in.example", "y@in.example")) { Fallback = "z@in.example" });

        Assert.Equal("a>x:30 b>z c>z y>z", await TargetsAsync(rules, "outer@own.test"));
        Assert.Equal("a>x:30", await TargetsAsync(rules, "inner@own.test"));
        Assert.Equal("b", await TargetsAsync(rules, "middle@own.test"));
    }

    [Fact]
    public async Task An_inbox_is_no_way_out_of_its_own_failure()
    {
        await using RulesOnDisk rules = await FilledAsync();
        await rules.RuleAsync("end@own.test", RulesOnDisk.To("a@in.example", "b@in.example"));
        await rules.RuleAsync(new RuleDraft("start@own.test", RulesOnDisk.To("end@own.test")) { Fallback = "a@in.example" });

        Assert.Equal("a b>a", await TargetsAsync(rules, "start@own.test"));
        Edit.Refused own = RulesOnDisk.Refused(await rules.Book.AddRuleAsync(
            new RuleDraft("x@own.test", RulesOnDisk.To("a@in.example")) { Fallback = "A@in.example" }, CancellationToken.None));
        Assert.Equal(("fallback", RefusalReason.Invalid), (own.Field, own.Reason));
    }

    [Fact]
    public async Task A_fallback_that_is_not_verified_is_refused_and_one_that_goes_leaves_the_rule()
    {
        await using RulesOnDisk rules = await FilledAsync();
        Guid asked = await rules.InboxAsync("asked@in.example", verified: false);
        foreach (string address in (string[])["asked@in.example", "stranger@in.example", "b@own.test"])
        {
            Edit.Refused refused = RulesOnDisk.Refused(await rules.Book.AddRuleAsync(
                new RuleDraft("r@own.test", RulesOnDisk.To("a@in.example")) { Fallback = address }, CancellationToken.None));
            Assert.Equal(("fallback", RefusalReason.Unverified), (refused.Field, refused.Reason));
        }

        RulesOnDisk.Done(await rules.Book.VerifyDestinationAsync(asked, CancellationToken.None));
        await rules.RuleAsync(new RuleDraft("r@own.test", RulesOnDisk.To("a@in.example")) { Fallback = "asked@in.example", FallbackAfterMinutes = 5 });
        var snapshot = new RuleSnapshot();
        using RuleReloader reloader = rules.Reloader(snapshot);
        await reloader.LoadAsync(CancellationToken.None);
        RulesOnDisk.Done(await rules.Book.UnverifyDestinationAsync(asked, CancellationToken.None));
        await reloader.RefreshAsync(CancellationToken.None);
        Assert.Equal("a", Targets(snapshot.Current!, "r@own.test"));
        RulesOnDisk.Done(await rules.Book.VerifyDestinationAsync(asked, CancellationToken.None));
        await reloader.RefreshAsync(CancellationToken.None);
        Assert.Equal("a>asked:5", Targets(snapshot.Current!, "r@own.test"));
        RulesOnDisk.Done(await rules.Book.RemoveDestinationAsync(asked, CancellationToken.None));
        await reloader.RefreshAsync(CancellationToken.None);
        Assert.Equal("a", Targets(snapshot.Current!, "r@own.test"));
        HistoryPage history = await rules.Book.HistoryAsync(new HistoryQuery(null, null, null, 1), CancellationToken.None);
        Assert.Equal(
            [("fallback", "asked@in.example", null), ("fallback_after_minutes", "5", null)],
            FieldChange.Between(RuleRecord.Read(history.Events[0].Before!), RuleRecord.Read(history.Events[0].After!)).Select(c => (c.Field, c.Before, c.After)));
    }

    [Theory]
    [InlineData(null, 5)]
    [InlineData("x@in.example", 0)]
    [InlineData("x@in.example", 7201)]
    public async Task The_time_of_a_fallback_is_a_minute_to_five_days_and_belongs_to_one(string? fallback, int minutes)
    {
        await using RulesOnDisk rules = await FilledAsync();
        Edit.Refused refused = RulesOnDisk.Refused(await rules.Book.AddRuleAsync(
            new RuleDraft("r@own.test", RulesOnDisk.To("a@in.example")) { Fallback = fallback, FallbackAfterMinutes = minutes }, CancellationToken.None));
        Assert.Equal("fallback_after_minutes", refused.Field);
    }

    [Fact]
    public void One_inbox_gets_one_copy_with_the_first_fallback_that_a_recipient_names()
    {
        EmailAddress inbox = RulesOnDisk.Address("a@in.example");
        var fallback = new Fallback(RulesOnDisk.Address("x@in.example"), After: null);
        AcceptedRecipient Recipient(string alias, Fallback? named) => new(
            new AliasRecipient(RulesOnDisk.Address(alias), RcptParameters.None), new RecipientDecision.Forward([new ForwardTarget(inbox, named)], Guid.Empty));

        ImmutableArray<Target> targets = Transaction.Targets([Recipient("p@own.test", null), Recipient("q@own.test", fallback)], ForwardingProfile.Transparent);

        Target target = Assert.Single(targets);
        Assert.Equal(2, target.Aliases.Length);
        Assert.Same(fallback, target.Fallback);
        Assert.Same(fallback, Assert.Single(Transaction.Targets([Recipient("q@own.test", fallback)], ForwardingProfile.Transparent)).Fallback);
    }

    private static async Task<RulesOnDisk> FilledAsync()
    {
        RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        await rules.DomainAsync("own.test");
        foreach (string name in (string[])["a", "b", "c", "x", "y", "z"])
        {
            await rules.InboxAsync($"{name}@in.example");
        }

        return rules;
    }

    private static async Task<string> TargetsAsync(RulesOnDisk rules, string recipient) => Targets(await rules.Loader.LoadAllAsync(CancellationToken.None), recipient);

    private static string Targets(RuleSet rules, string recipient)
    {
        RecipientDecision decision = rules.Resolve(RulesOnDisk.Address(recipient), sender: null, TimeProvider.System.GetUtcNow());
        return string.Join(' ', Assert.IsType<RecipientDecision.Forward>(decision).Targets.Select(target =>
            $"{target.Destination.LocalPart}{(target.Fallback is { } fallback ? $">{fallback.Destination.LocalPart}{(fallback.After is { } after ? $":{after.TotalMinutes}" : "")}" : "")}"));
    }
}
