using EmailRouting.Activity;
using EmailRouting.Mail;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Xunit;
using static EmailRouting.Tests.Activity.Records;

namespace EmailRouting.Tests.Activity;

public sealed class ActivityMigrationTests
{
    [Fact]
    public async Task What_was_written_before_there_was_a_status_is_read_counted_and_found()
    {
        await using ActivityOnDisk activity = ActivityOnDisk.Empty();
        (string Result, string Attempts, MessageStatus Status)[] old =
        [
            ("delivered", "delivered", MessageStatus.Forwarded),
            ("queued", "", MessageStatus.Queued),
            ("queued", "deferred", MessageStatus.Delayed),
            ("queued", "deferred delivered", MessageStatus.Forwarded),
            ("queued", "delivered deferred@b", MessageStatus.Delayed),
            ("queued", "refused bounced", MessageStatus.Bounced),
            ("queued", "refused failed", MessageStatus.Failed),
            ("queued", "deferred dropped", MessageStatus.Dropped),
            ("dropped", "", MessageStatus.Dropped),
            ("refused", "refused", MessageStatus.Rejected),
            ("deferred", "deferred", MessageStatus.TemporarilyRejected),
            ("already-taken", "", MessageStatus.Duplicate),
        ];
        MailId[] ids = [.. old.Select(_ => Id())];
        MailId refused = Id(), left = Id();
        await using (ActivityDb db = await activity.Databases.CreateDbContextAsync(TestContext.Current.CancellationToken))
        {
            await db.GetService<IMigrator>().MigrateAsync("Initial", TestContext.Current.CancellationToken);
            for (int i = 0; i < old.Length; i++)
            {
                await WriteOldAsync(db, ids[i], old[i].Result, old[i].Attempts.Split(' ', StringSplitOptions.RemoveEmptyEntries), "forward");
            }

            await WriteOldAsync(db, refused, "abandoned", [], "refuse");
            await WriteOldAsync(db, left, "abandoned", [], "forward");
        }

        await activity.MigrateAsync();

        for (int i = 0; i < old.Length; i++)
        {
            Assert.Equal((old[i], old[i].Status), (old[i], await activity.StatusAsync(ids[i])));
        }

        Assert.Equal(MessageStatus.Rejected, await activity.StatusAsync(refused));
        Assert.Equal(MessageStatus.Abandoned, await activity.StatusAsync(left));
        Assert.Equal(["deferred", "delivered"], (await activity.ShowAsync(ids[3])).Attempts.Select(a => a.Result));
        Assert.Equal(14, (await activity.CountsAsync()).Totals.Values.Sum());
        Assert.Equal(14, (await activity.CountsAsync("ours.test")).Totals.Values.Sum());
        Assert.Equal(14, (await activity.FindAsync(new ActivityFilter { Domains = ["ours.test"] })).Length);
        await activity.IndexAsync();
        Assert.Equal(14, (await activity.FindAsync(new ActivityFilter { Domains = ["ours.test"], Text = "sender" })).Length);
    }

    [Fact]
    public async Task A_message_that_was_queued_before_is_followed_to_its_end_afterwards()
    {
        await using ActivityOnDisk activity = ActivityOnDisk.Empty();
        MailId id = Id();
        await using (ActivityDb db = await activity.Databases.CreateDbContextAsync(TestContext.Current.CancellationToken))
        {
            await db.GetService<IMigrator>().MigrateAsync("Initial", TestContext.Current.CancellationToken);
            await WriteOldAsync(db, id, "queued", ["deferred"], "forward");
        }

        await activity.MigrateAsync();
        await activity.WriteAsync(Attempt(id, "delivered", "a@far.example", number: 2));

        Assert.Equal(MessageStatus.Forwarded, await activity.StatusAsync(id));
        Assert.Equal(["deferred", "delivered"], (await activity.ShowAsync(id)).Attempts.Select(a => a.Result));
        Assert.Equal(MessageStatus.Forwarded, Assert.Single((await activity.CountsAsync()).Totals).Key);
    }

    [Fact]
    public async Task The_model_and_the_migrations_agree()
    {
        await using ActivityOnDisk activity = await ActivityOnDisk.CreateAsync();
        await using ActivityDb db = await activity.Databases.CreateDbContextAsync(TestContext.Current.CancellationToken);

        Assert.False(db.Database.HasPendingModelChanges());
    }

    private static async Task WriteOldAsync(ActivityDb db, MailId id, string result, string[] attempts, string decision)
    {
        long at = ActivityOnDisk.Noon.ToUnixTimeMilliseconds();
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO Messages (Id, At, Client, ClientName, Tls, Sender, Size, Sha256, Result, Reply, ElapsedMicroseconds)
            VALUES ({id.Value}, {at}, '192.0.2.1', 'client.example', '', 'sender@there.example', 1000, NULL, {result}, '250 2.0.0 OK', 1)
            """);
        string reply = decision == "refuse" ? "550 5.1.1 No such mailbox" : "250 2.1.5 OK";
        await db.Database.ExecuteSqlAsync(
            $"INSERT INTO Recipients (MessageId, Position, Alias, Decision, RuleId, Reply) VALUES ({id.Value}, 0, 'alias@ours.test', {decision}, NULL, {reply})");
        foreach (string[] attempt in attempts.Select(a => a.Split('@')))
        {
            string destination = $"{(attempt.Length > 1 ? attempt[1] : "a")}@far.example";
            await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO Attempts (MessageId, At, Number, Destination, Aliases, Result, Host, Address, Tls, Reply, Sha256, ElapsedMicroseconds)
                VALUES ({id.Value}, {at}, 1, {destination}, 'alias@ours.test', {attempt[0]}, '', '', '', '450 4.2.0 Not now', NULL, 1)
                """);
        }
    }
}
