using System.Collections.Immutable;
using EmailRouting.Mail;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace EmailRouting.Queue;

/// <summary>What the operator may see and do, from any process on the same data directory: the rows are the only thing that this and a running server share.</summary>
/// <remarks>
/// Each act is one conditional statement and returns how many deliveries it changed; 0 where the message is gone or not in such a state. The server sees what
/// has become due within a quarter of a second. An attempt that is under way is not broken off: it ends, and what it would settle is looked at again then.
/// </remarks>
public sealed class QueueOperator(IDbContextFactory<QueueDb> databases, DataDirectory directory, TimeProvider clock)
{
    private readonly Spool _spool = new(directory);

    /// <summary>The oldest first.</summary>
    public async Task<ImmutableArray<QueueEntry>> ListAsync(QueueFilter filter, CancellationToken cancellation)
    {
        await using QueueDb db = await databases.CreateDbContextAsync(cancellation);
        IQueryable<QueueDbDelivery> deliveries = db.Deliveries.AsNoTracking();
        if (filter.State is { } state)
        {
            deliveries = deliveries.Where(d => d.State == state);
        }

        if (filter.After is { } after)
        {
            deliveries = deliveries.Where(d => d.MessageId > after.Value);
        }

        if (filter.Address is { Length: > 0 } text)
        {
            string pattern = $"%{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
            deliveries = deliveries.Where(d => EF.Functions.Like(d.Destination, pattern, "\\") || EF.Functions.Like(d.Aliases, pattern, "\\")
                || db.Messages.Any(m => m.Id == d.MessageId && m.Sender != null && EF.Functions.Like(m.Sender, pattern, "\\")));
        }

        // The page ends with the last delivery of a message, or "after this message" would leave some out.
        IQueryable<long> page = deliveries.OrderBy(d => d.MessageId).Select(d => d.MessageId).Take(filter.Limit);
        return await EntriesAsync(db, deliveries.Where(d => page.Contains(d.MessageId)), cancellation);
    }

    /// <summary>All deliveries of one message that are still owed.</summary>
    public async Task<ImmutableArray<QueueEntry>> ShowAsync(MailId id, CancellationToken cancellation)
    {
        await using QueueDb db = await databases.CreateDbContextAsync(cancellation);
        return await EntriesAsync(db, db.Deliveries.AsNoTracking().Where(d => d.MessageId == id.Value), cancellation);
    }

    /// <summary>Makes what is queued due now. What failed begins anew: another full term, counted from now.</summary>
    public Task<int> RetryAsync(MailId id, CancellationToken cancellation)
    {
        long now = Now();
        return ChangeAsync(
            $"""
            UPDATE "Deliveries" SET "State" = 0, "DueAt" = {now}, "RestingSince" = NULL,
                "AgesFrom" = CASE "State" WHEN 2 THEN {now} ELSE "AgesFrom" END, "Attempts" = CASE "State" WHEN 2 THEN 0 ELSE "Attempts" END
            WHERE "MessageId" = {id.Value} AND "State" IN (0, 2) AND "Claim" = 0
            """,
            cancellation);
    }

    /// <summary>Keeps what is queued from being attempted, for as long as it takes. It does not age.</summary>
    public Task<int> HoldAsync(MailId id, CancellationToken cancellation) => ChangeAsync(
        $"""UPDATE "Deliveries" SET "State" = 1, "RestingSince" = {Now()} WHERE "MessageId" = {id.Value} AND "State" = 0""", cancellation);

    /// <summary>Lets what was held go on, due now and no older than when it was held. What is still being attempted is due when that ends.</summary>
    public Task<int> ReleaseAsync(MailId id, CancellationToken cancellation)
    {
        long now = Now();
        return ChangeAsync(
            $"""
            UPDATE "Deliveries" SET "State" = 0, "AgesFrom" = "AgesFrom" + ({now} - "RestingSince"), "RestingSince" = NULL,
                "DueAt" = CASE "Claim" WHEN 0 THEN {now} ELSE "DueAt" END
            WHERE "MessageId" = {id.Value} AND "State" = 1
            """,
            cancellation);
    }

    /// <summary>Removes the message and all that is owed of it; nobody is told. An attempt that is under way may still deliver it.</summary>
    /// <returns>The deliveries that were dropped, for the activity log.</returns>
    public async Task<ImmutableArray<QueueEntry>> DropAsync(MailId id, CancellationToken cancellation)
    {
        await using QueueDb db = await databases.CreateDbContextAsync(cancellation);
        await using IDbContextTransaction transaction = await db.Database.BeginTransactionAsync(cancellation);
        ImmutableArray<QueueEntry> dropped = await EntriesAsync(db, db.Deliveries.AsNoTracking().Where(d => d.MessageId == id.Value), cancellation);
        await db.Deliveries.Where(d => d.MessageId == id.Value).ExecuteDeleteAsync(cancellation);
        await db.Messages.Where(m => m.Id == id.Value).ExecuteDeleteAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        _spool.Delete(id);
        return dropped;
    }

    private long Now() => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task<int> ChangeAsync(FormattableString statement, CancellationToken cancellation)
    {
        await using QueueDb db = await databases.CreateDbContextAsync(cancellation);
        return await db.Database.ExecuteSqlInterpolatedAsync(statement, cancellation);
    }

    private static async Task<ImmutableArray<QueueEntry>> EntriesAsync(QueueDb db, IQueryable<QueueDbDelivery> deliveries, CancellationToken cancellation)
    {
        var rows = await deliveries.OrderBy(d => d.MessageId).ThenBy(d => d.Id)
            .Join(db.Messages, d => d.MessageId, m => m.Id, (d, m) => new { Delivery = d, m.Sender, m.ReceivedAt, m.Length, m.Sha256 })
            .OrderBy(row => row.Delivery.MessageId).ThenBy(row => row.Delivery.Id)
            .ToListAsync(cancellation);
        return
        [
            .. rows.Select(row => new QueueEntry(
                new MailId(row.Delivery.MessageId),
                row.Sender,
                new Target(AliasList.ReadAddress(row.Delivery.Destination), AliasList.Read(row.Delivery.Aliases))
                {
                    Fallback = row.Delivery.Fallback is { } fallback
                        ? new Fallback(AliasList.ReadAddress(fallback), row.Delivery.FallbackAfter is { } after ? TimeSpan.FromMilliseconds(after) : null)
                        : null,
                },
                row.Delivery.State,
                row.Delivery is { Claim: not 0, State: QueueDbState.Queued },
                row.Delivery.DueAt,
                row.ReceivedAt,
                row.Length,
                [.. row.Sha256],
                row.Delivery.Attempts,
                row.Delivery.LastReply)),
        ];
    }
}
