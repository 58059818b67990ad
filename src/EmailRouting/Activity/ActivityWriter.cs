using System.Data.Common;
using System.Threading.Channels;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EmailRouting.Activity;

/// <summary>Writes the activity log in batches, one transaction each, and removes what is older than the retention period.</summary>
public sealed partial class ActivityWriter(
    ActivityLog log, IDbContextFactory<ActivityDb> databases, IStatements statements, IActivityIndex index, ActivityMetrics metrics, IOptions<ActivityOptions> options, TimeProvider clock, ILogger<ActivityWriter> logger)
    : BackgroundService
{
    private const int LargestBatch = 2_000;

    // What gathered in one turn: from here on the processor is needed for the mail.
    private const int BusyFromRecords = 400;
    private const long BusyFromOctets = 8 * 1024 * 1024;

    // A batch gathers for this long: a transaction per message would cost the disk more than the mail does.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PurgeEvery = TimeSpan.FromMinutes(10);

    private readonly List<ActivityRecord> _batch = new(LargestBatch);
    private DateTimeOffset _purgedAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ChannelReader<ActivityRecord> records = log.Records;
        try
        {
            await IndexAsync(isBusy: false, stoppingToken);
            while (await records.WaitToReadAsync(stoppingToken))
            {
                await Task.Delay(Gather, clock, stoppingToken);
                bool isBusy = await WriteAsync(records, stoppingToken);
                await PurgeIfDueAsync(stoppingToken);
                await IndexAsync(isBusy, stoppingToken);
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

    /// <returns>Whether there was much.</returns>
    private async Task<bool> WriteAsync(ChannelReader<ActivityRecord> records, CancellationToken cancellation)
    {
        int all = 0;
        long octets = 0;
        log.IsBeingWritten = true;
        try
        {
            while (Take(records))
            {
                all += _batch.Count;
                octets += _batch.Sum(record => record is MessageRecord message ? message.Size : 0);
                await WriteBatchAsync(cancellation);
            }
        }
        finally
        {
            log.IsBeingWritten = false;
        }

        return all > BusyFromRecords || octets > BusyFromOctets;
    }

    private bool Take(ChannelReader<ActivityRecord> records)
    {
        _batch.Clear();
        while (_batch.Count < LargestBatch && records.TryRead(out ActivityRecord? record))
        {
            _batch.Add(record);
        }

        return _batch.Count > 0;
    }

    private async Task WriteBatchAsync(CancellationToken cancellation)
    {
        try
        {
            await using ActivityDb db = await databases.CreateDbContextAsync(cancellation);
            await db.Database.OpenConnectionAsync(cancellation);
            DbConnection connection = db.Database.GetDbConnection();
            await using DbTransaction transaction = await connection.BeginTransactionAsync(cancellation);
            ActivityBatch.Write(connection, transaction, statements, index, _batch);
            await transaction.CommitAsync(cancellation);
            metrics.Written(_batch.Count);
        }
        catch (DbException e)
        {
            Log.NotWritten(logger, _batch.Count, e.Message);
            metrics.LeftOut(_batch.Count);
        }
    }

    /// <summary>The search index waits until little mail comes, within reason: it costs more than the records do, and a reader finds what it lacks.</summary>
    private async Task IndexAsync(bool isBusy, CancellationToken cancellation)
    {
        var indexing = new ActivityIndexing(databases, index);
        try
        {
            while ((!isBusy || await indexing.IsUrgentAsync(cancellation)) && await indexing.StepAsync(cancellation))
            {
                isBusy |= await WriteAsync(log.Records, cancellation);
            }
        }
        catch (DbException e)
        {
            Log.NotIndexed(logger, e.Message);
        }
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
            var purge = new ActivityPurge(databases, index, now - options.Value.Retention);

            // A little at a time: the writer must not be kept from new records by a month of old ones.
            while (await purge.StepAsync(cancellation))
            {
                await WriteAsync(log.Records, cancellation);
            }
        }
        catch (DbException e)
        {
            Log.NotPurged(logger, e.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 6101, Level = LogLevel.Error, Message = "{Count} records of the activity log could not be written and are lost: {Reason}")]
        public static partial void NotWritten(ILogger logger, int count, string reason);

        [LoggerMessage(EventId = 6103, Level = LogLevel.Warning, Message = "The search index of the activity log could not be brought up to date: {Reason}")]
        public static partial void NotIndexed(ILogger logger, string reason);

        [LoggerMessage(EventId = 6102, Level = LogLevel.Warning, Message = "Old records of the activity log could not be removed: {Reason}")]
        public static partial void NotPurged(ILogger logger, string reason);
    }
}
