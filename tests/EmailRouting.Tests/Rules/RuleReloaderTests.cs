using System.Diagnostics;
using EmailRouting.Rules;
using EmailRouting.Sqlite;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace EmailRouting.Tests.Rules;

public sealed class RuleReloaderTests
{
    [Fact]
    public async Task A_change_made_elsewhere_is_live_within_a_second()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        await rules.DomainAsync("own.test");
        await rules.InboxAsync("in@far.example");
        var snapshot = new RuleSnapshot();
        using RuleReloader reloader = rules.Reloader(snapshot);
        Assert.Null(snapshot.Current);
        await reloader.LoadAsync(cancellation);
        await reloader.StartAsync(cancellation);
        RulesOnDisk elsewhere = rules.Again();

        Guid rule = await elsewhere.RuleAsync("new@own.test", RulesOnDisk.To("in@far.example"));
        await WithinASecondAsync(snapshot, "new@own.test", "forward in@far.example");
        RulesOnDisk.Done(await elsewhere.Book.RemoveRuleAsync(rule, cancellation));
        await WithinASecondAsync(snapshot, "new@own.test", "550 5.1.1");
        await elsewhere.RuleAsync("*@own.test", new DraftAction.Drop());
        await WithinASecondAsync(snapshot, "new@own.test", "drop");
        await elsewhere.DomainAsync("second.test");
        await WithinASecondAsync(snapshot, "x@second.test", "550 5.1.1");
        RulesOnDisk.Done(await elsewhere.Book.RemoveDomainAsync("own.test", cancellation));
        await WithinASecondAsync(snapshot, "new@own.test", "550 5.7.1");
        await reloader.StopAsync(cancellation);
    }

    [Fact]
    public async Task A_failed_reload_keeps_the_old_rules_and_recovers()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        await rules.DomainAsync("own.test");
        await rules.RuleAsync("a@own.test", new DraftAction.Drop());
        var snapshot = new RuleSnapshot();
        using RuleReloader reloader = rules.Reloader(snapshot);
        await reloader.LoadAsync(cancellation);
        await rules.RuleAsync("b@own.test", new DraftAction.Drop());
        await using RulesDb db = rules.CreateDbContext();
        await db.Database.ExecuteSqlRawAsync("ALTER TABLE Rules RENAME TO Hidden", cancellation);

        await reloader.RefreshAsync(cancellation);
        Assert.Equal("drop", Answer(snapshot, "a@own.test"));
        Assert.Equal("550 5.1.1", Answer(snapshot, "b@own.test"));

        await db.Database.ExecuteSqlRawAsync("ALTER TABLE Hidden RENAME TO Rules", cancellation);
        await reloader.RefreshAsync(cancellation);
        Assert.Equal("drop", Answer(snapshot, "b@own.test"));
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_refused()
    {
        await using RulesOnDisk rules = await RulesOnDisk.CreateAsync();
        await using RulesDb db = rules.CreateDbContext();
        await db.Database.ExecuteSqlRawAsync("INSERT INTO __EFMigrationsHistory VALUES ('99990101000000_Later', '99.0')", TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<NewerDatabaseException>(() => SqliteMigrator.MigrateAsync(db, CancellationToken.None));
    }

    private static string Answer(RuleSnapshot snapshot, string recipient) => RulesOnDisk.Show(snapshot.Current!.Resolve(RulesOnDisk.Address(recipient), sender: null, TimeProvider.System.GetUtcNow()));

    private static async Task WithinASecondAsync(RuleSnapshot snapshot, string recipient, string expected)
    {
        long start = Stopwatch.GetTimestamp();
        while (Answer(snapshot, recipient) != expected)
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(1), $"{recipient} is still {Answer(snapshot, recipient)}, not {expected}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
