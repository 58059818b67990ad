using EmailRouting.Rules;
using EmailRouting.Sqlite;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Xunit;

namespace EmailRouting.Tests.Rules;

public sealed class RulesMigrationTests
{
    [Fact]
    public async Task A_database_of_the_first_version_goes_on_as_it_was()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await using RulesOnDisk rules = RulesOnDisk.Empty(TimeProvider.System);
        await using (RulesDb db = rules.CreateDbContext())
        {
            await db.GetService<IMigrator>().MigrateAsync("20261124001822_Initial", cancellation);
            string id = Guid.CreateVersion7().ToString("N"), inbox = Guid.CreateVersion7().ToString("N"), rule = Guid.CreateVersion7().ToString("N"), all = Guid.CreateVersion7().ToString("N");
            await db.Database.ExecuteSqlAsync($"""INSERT INTO Domains (Id, Name, State, SubAddressing, CreatedAt) VALUES ({id}, 'own.test', 1, 1, 1000)""", cancellation);
            await db.Database.ExecuteSqlAsync(
                $"""INSERT INTO Destinations (Id, Address, "Key", VerifiedAt, CreatedAt) VALUES ({inbox}, 'in@far.example', 'IN@far.example', 1000, 1000)""", cancellation);
            await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO Rules (Id, DomainId, Kind, LocalPart, LocalKey, Enabled, Priority, Action, CreatedAt, ModifiedAt)
                VALUES ({rule}, {id}, 10, 'a', 'A', 1, 0, 1, 1000, 1000), ({all}, {id}, 90, '', '', 1, 0, 2, 1000, 1000)
                """,
                cancellation);
            await db.Database.ExecuteSqlAsync($"INSERT INTO RuleTargets (RuleId, Position, DomainId, DestinationId) VALUES ({rule}, 0, {id}, {inbox})", cancellation);
            await SqliteMigrator.MigrateAsync(db, cancellation);
        }

        Assert.Equal("forward in@far.example", await rules.ReplyAsync("a+tag@own.test"));
        Assert.Equal("drop", await rules.ReplyAsync("other@own.test"));
        await using RulesDb migrated = rules.CreateDbContext();
        Domain domain = await migrated.Domains.SingleAsync(cancellation);
        Assert.Equal((true, true, 0, domain.CreatedAt), (domain.Enabled, domain.DnsLocked, domain.Revision, domain.ModifiedAt));
        Rule old = await migrated.Rules.SingleAsync(r => r.Kind == RuleKind.CatchAll, cancellation);
        RulesOnDisk.Done(await rules.Book.SetRuleAsync(new RuleDraft("*@own.test", new DraftAction.Reject(550, "No")) { Labels = ["l"] }, CancellationToken.None));
        Assert.Equal(old.Id, await migrated.Rules.Where(r => r.Kind == RuleKind.CatchAll).Select(r => r.Id).SingleAsync(cancellation));
        Assert.Equal("550 5.7.1", await rules.ReplyAsync("other@own.test"));
    }
}
