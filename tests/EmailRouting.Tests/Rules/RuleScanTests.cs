using EmailRouting.Rules;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace EmailRouting.Tests.Rules;

public sealed class RuleScanTests
{
    /// <summary>A start reads by the scan, an edit by the query: what one of them left out would change with the next restart.</summary>
    [Fact]
    public async Task A_scan_of_all_rules_finds_what_the_query_for_some_of_them_does()
    {
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        await rules.DomainAsync("own.test");
        await rules.DomainAsync("other.test");
        await rules.InboxAsync("in@in.example");
        await rules.InboxAsync("second@in.example");
        DraftAction to = RulesOnDisk.To("in@in.example");
        RuleDraft[] drafts =
        [
            new("plain@own.test", to),
            new("grüße@other.test", to),
            new("two@own.test", RulesOnDisk.To("in@in.example", "second@in.example")),
            new("alias@own.test", RulesOnDisk.To("plain@own.test")),
            new("mixed@own.test", RulesOnDisk.To("in@in.example", "plain@own.test")),
            new("off@own.test", to) { Enabled = false },
            new("later@own.test", to) { Priority = 7 },
            new("some@own.test", to) { Senders = ["sender.example"] },
            new("ends@own.test", to) { ExpiresAt = DateTimeOffset.UtcNow.AddDays(1) },
            new("turned@own.test", to) { Fallback = "second@in.example" },
            new("late@own.test", to) { Fallback = "second@in.example", FallbackAfterMinutes = 90 },
            new("gone@own.test", new DraftAction.Drop()),
            new("no@own.test", new DraftAction.Reject(550, "5.7.1 No")),
            new("prefix:shop-@own.test", to),
            new("*@own.test", to),
        ];
        foreach (RuleDraft draft in drafts)
        {
            await rules.RuleAsync(draft);
        }

        await using RulesDb db = rules.CreateDbContext();
        List<RuleRow> queried = await db.Rows(db.Rules).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(drafts.Length + 2, queried.Count);
        Assert.Equal(queried, [.. RuleScan.Read(db)]);
    }
}
