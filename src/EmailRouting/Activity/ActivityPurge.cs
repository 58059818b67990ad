using System.Data.Common;
using EmailRouting.Mail;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace EmailRouting.Activity;

/// <summary>Removes what is older than an instant, step by step, with the counts and the words that belong to it.</summary>
internal sealed class ActivityPurge(IDbContextFactory<ActivityDb> databases, IActivityIndex index, DateTimeOffset oldest)
{
    private const int AtOnce = 2_000;

    // Whole hours go: a count of an hour is either there with all its messages or gone with them.
    private readonly DateTimeOffset _oldest = new(oldest.UtcTicks - oldest.UtcTicks % TimeSpan.TicksPerHour, TimeSpan.Zero);

    /// <returns>Whether more is left to be removed.</returns>
    public async Task<bool> StepAsync(CancellationToken cancellation)
    {
        await using ActivityDb db = await databases.CreateDbContextAsync(cancellation);
        await using IDbContextTransaction transaction = await db.Database.BeginTransactionAsync(cancellation);
        List<long> old = await OldestAsync(db, cancellation);
        if (old is [.., long last])
        {
            DbConnection connection = db.Database.GetDbConnection();
            index.Remove(connection, transaction.GetDbTransaction(), [.. old.Select(id => new MailId(id))]);

            // Attempts whose message is gone go with it, however late they were made.
            await db.Attempts.Where(a => a.MessageId <= last).ExecuteDeleteAsync(cancellation);
            await db.Recipients.Where(r => r.MessageId <= last).ExecuteDeleteAsync(cancellation);
            await db.Messages.Where(m => m.Id <= last).ExecuteDeleteAsync(cancellation);
        }

        await db.Tallies.Where(t => t.Start < _oldest).ExecuteDeleteAsync(cancellation);
        await db.Refusals.Where(r => r.Hour < _oldest).ExecuteDeleteAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return old.Count == AtOnce;
    }

    private async Task<List<long>> OldestAsync(ActivityDb db, CancellationToken cancellation)
    {
        var first = await db.Messages.OrderBy(m => m.Id).Select(m => new { m.Id, m.At }).Take(AtOnce).ToListAsync(cancellation);
        return [.. first.TakeWhile(m => m.At < _oldest).Select(m => m.Id)];
    }
}
