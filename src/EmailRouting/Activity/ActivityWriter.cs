using System.Data.Common;
using System.Threading.Channels;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EmailRouting.Activity;

/// <summary>Writes the activity log in batches, one transaction each, and removes what is older than the retention period.</summary>
/// <remarks>
/// Plain prepared commands in SQL that every database understands: a batch of a thousand tracked entities costs ten times as much, and this runs beside the mail.
/// </remarks>
public sealed partial class ActivityWriter(
    ActivityLog log, IDbContextFactory<ActivityDb> databases, ActivityMetrics metrics, IOptions<ActivityOptions> options, TimeProvider clock, ILogger<ActivityWriter> logger)
    : BackgroundService
{
    private const int LargestBatch = 2_000;
    private const int PurgeAtOnce = 5_000;

    // A batch gathers for this long: a transaction per message would cost the disk more than the mail does.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PurgeEvery = TimeSpan.FromMinutes(10);

    private readonly List<object> _batch = new(LargestBatch);
    private DateTimeOffset _purgedAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ChannelReader<object> records = log.Records;
        try
        {
            while (await records.WaitToReadAsync(stoppingToken))
            {
                await Task.Delay(Gather, clock, stoppingToken);
                await WriteAsync(records, stoppingToken);
                await PurgeIfDueAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping: StopAsync writes what is left.
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync(log.Records, cancellationToken);
    }

    private async Task WriteAsync(ChannelReader<object> records, CancellationToken cancellation)
    {
        while (true)
        {
            _batch.Clear();
            while (_batch.Count < LargestBatch && records.TryRead(out object? record))
            {
                _batch.Add(record);
            }

            if (_batch.Count == 0)
            {
                return;
            }

            try
            {
                await WriteBatchAsync(cancellation);
                metrics.Written(_batch.Count);
            }
            catch (DbException e)
            {
                Log.NotWritten(logger, _batch.Count, e.Message);
                metrics.LeftOut(_batch.Count);
            }
        }
    }

    private async Task WriteBatchAsync(CancellationToken cancellation)
    {
        await using ActivityDb db = await databases.CreateDbContextAsync(cancellation);
        await db.Database.OpenConnectionAsync(cancellation);
        DbConnection connection = db.Database.GetDbConnection();
        await using DbTransaction transaction = await connection.BeginTransactionAsync(cancellation);
        using var insert = new ActivityInserts(connection, transaction);
        foreach (object record in _batch)
        {
            if (record is MessageRecord message)
            {
                insert.Message(message);
            }
            else
            {
                insert.Attempt((AttemptRecord)record);
            }
        }

        await transaction.CommitAsync(cancellation);
    }

    private async Task PurgeIfDueAsync(CancellationToken cancellation)
    {
        DateTimeOffset now = clock.GetUtcNow();
        if (now - _purgedAt < PurgeEvery)
        {
            return;
        }

        _purgedAt = now;
        try
        {
            await using ActivityDb db = await databases.CreateDbContextAsync(cancellation);
            DateTimeOffset oldest = now - options.Value.Retention;

            // A little at a time: the writer must not be kept from new records by a month of old ones.
            while (await PurgeSomeAsync(db, oldest, cancellation) == PurgeAtOnce)
            {
                await WriteAsync(log.Records, cancellation);
            }
        }
        catch (DbException e)
        {
            Log.NotPurged(logger, e.Message);
        }
    }

    private static async Task<int> PurgeSomeAsync(ActivityDb db, DateTimeOffset oldest, CancellationToken cancellation)
    {
        var oldestFirst = await db.Messages.OrderBy(m => m.Id).Select(m => new { m.Id, m.At }).Take(PurgeAtOnce).ToListAsync(cancellation);
        if (oldestFirst.TakeWhile(m => m.At < oldest).LastOrDefault() is not { Id: long last })
        {
            return 0;
        }

        // Attempts whose message is gone go with it, however late they were made.
        await db.Attempts.Where(a => a.MessageId <= last).ExecuteDeleteAsync(cancellation);
        await db.Recipients.Where(r => r.MessageId <= last).ExecuteDeleteAsync(cancellation);
        return await db.Messages.Where(m => m.Id <= last).ExecuteDeleteAsync(cancellation);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 6101, Level = LogLevel.Error, Message = "{Count} records of the activity log could not be written and are lost: {Reason}")]
        public static partial void NotWritten(ILogger logger, int count, string reason);

        [LoggerMessage(EventId = 6102, Level = LogLevel.Warning, Message = "Old records of the activity log could not be removed: {Reason}")]
        public static partial void NotPurged(ILogger logger, string reason);
    }
}
