using System.Collections.Immutable;
using System.Diagnostics;
using EmailRouting.Mail;
using EmailRouting.Queue;
using EmailRouting.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EmailRouting.Sqlite.Queue;

/// <summary>The queue in <c>queue.db</c>: one writer with group commit, readers beside it (WAL lets them see the last commit without waiting).</summary>
/// <remarks>A cancelled caller stops waiting for nothing here: what was handed to the writer is done, and its caller is told so.</remarks>
public sealed partial class SqliteQueueStore : IQueueStore, IAsyncDisposable
{
    // ENOSPC and EDQUOT: .NET puts the error number of the system into HResult.
    private const int NoSpace = 28;
    private const int NoQuota = 122;

    private readonly string _connectionString;
    private readonly QueueWriter _writer;
    private readonly Spool _spool;
    private readonly TimeProvider _clock;
    private readonly ILogger<SqliteQueueStore> _logger;

    public SqliteQueueStore(DataDirectory directory, QueueMetrics metrics, TimeProvider clock, ILogger<SqliteQueueStore> logger)
    {
        _connectionString = SqliteSettings.ConnectionString(directory.QueueDatabase);
        _writer = new QueueWriter(_connectionString, metrics.Committed);
        _spool = new Spool(directory);
        _clock = clock;
        _logger = logger;
    }

    public async Task OpenAsync(CancellationToken cancellation)
    {
        _writer.Start();
        DateTimeOffset now = _clock.GetUtcNow();
        int claims = await _writer.RunAsync(statements => statements.ReleaseAll(now));

        using SqliteConnection connection = OpenReader();
        using SqliteCommand spooled = connection.CreateCommand();
        spooled.CommandText = "SELECT 1 FROM Messages WHERE Id = $id AND Content IS NULL";
        SqliteParameter message = spooled.Parameters.Add("$id", SqliteType.Integer);
        int orphans = _spool.RemoveOrphans(id =>
        {
            message.Value = id.Value;
            return spooled.ExecuteScalar() is not null;
        });
        Log.Opened(_logger, claims, orphans);
    }

    public Task AcceptAsync(AcceptedMail mail, ImmutableArray<NewDelivery> deliveries, CancellationToken cancellation) =>
        cancellation.IsCancellationRequested ? Task.FromCanceled(cancellation)
        : mail.Content.Path is null ? InsertAsync(mail, deliveries)
        : AcceptFileAsync(mail, deliveries);

    public async Task<ImmutableArray<ClaimedDelivery>> ClaimAsync(
        int limit, ImmutableArray<string> exceptDomains, DateTimeOffset now, DateTimeOffset leaseUntil, CancellationToken cancellation)
    {
        // Chosen on a reader, however many rows must be passed over, and only written by the writer.
        List<(ClaimedDelivery Delivery, long OldToken)> due = QueueReads.Due(OpenReader, limit, exceptDomains, now);
        if (due.Count == 0)
        {
            return [];
        }

        cancellation.ThrowIfCancellationRequested();
        return await _writer.RunAsync(statements =>
            due.Where(d => statements.Claim(d.Delivery.Claim, d.OldToken, now, leaseUntil)).Select(d => d.Delivery).ToImmutableArray());
    }

    public Task RenewAsync(ImmutableArray<Claim> claims, DateTimeOffset leaseUntil, CancellationToken cancellation) => _writer.RunAsync(statements =>
    {
        foreach (Claim claim in claims)
        {
            statements.MoveLease(claim, leaseUntil);
        }

        return true;
    });

    public Task ReleaseAsync(ImmutableArray<(Claim Claim, DateTimeOffset DueAt)> claims, CancellationToken cancellation) => _writer.RunAsync(statements =>
    {
        foreach ((Claim claim, DateTimeOffset dueAt) in claims)
        {
            statements.Release(claim, dueAt);
        }

        return true;
    });

    public async Task<bool> SettleAsync(Claim claim, Settlement settlement, DateTimeOffset now, CancellationToken cancellation)
    {
        switch (settlement)
        {
            case Settlement.Done done:
                RemovedDelivery? removed = await _writer.RunAsync(
                    static (statements, end) =>
                    {
                        RemovedDelivery? gone = statements.Remove(end.Claim);
                        InsertReport(statements, gone is not null, end.Report);
                        return gone;
                    },
                    (Claim: claim, done.Report));
                if (removed is { LeavesFile: true })
                {
                    _spool.Delete(removed.MessageId);
                }

                return removed is not null;

            case Settlement.Retry retry:
                return await _writer.RunAsync(static (statements, end) => statements.Retry(end.Claim, end.Retry), (Claim: claim, Retry: retry));

            case Settlement.Turn turn:
                return await _writer.RunAsync(static (statements, end) => statements.Turn(end.Claim, end.Turn, end.Now), (Claim: claim, Turn: turn, Now: now));

            case Settlement.Failed failed:
                return await _writer.RunAsync(
                    static (statements, end) => InsertReport(statements, statements.Fail(end.Claim, end.Failed, end.Now), end.Failed.Report),
                    (Claim: claim, Failed: failed, Now: now));

            default:
                throw new UnreachableException();
        }
    }

    public Task<AcceptedMail?> LoadAsync(Claim claim, CancellationToken cancellation) => Task.FromResult(QueueReads.Message(OpenReader, claim, _spool));

    public Task<bool> HoldsAsync(Claim claim, CancellationToken cancellation) => Task.FromResult(QueueReads.Holds(OpenReader, claim));

    public Task<QueueDepth> DepthAsync(CancellationToken cancellation) => Task.FromResult(QueueReads.Depth(OpenReader));

    public async Task<ImmutableArray<(MailId MessageId, Target Target)>> PurgeFailedAsync(DateTimeOffset failedBefore, CancellationToken cancellation)
    {
        List<(Claim Claim, MailId MessageId, Target Target)> old = QueueReads.FailedBefore(OpenReader, failedBefore);
        if (old.Count == 0)
        {
            return [];
        }

        List<RemovedDelivery> removed = await _writer.RunAsync(statements =>
            old.Select(d => statements.RemoveFailed(d.Claim.DeliveryId)).OfType<RemovedDelivery>().ToList());
        foreach (RemovedDelivery delivery in removed.Where(d => d.LeavesFile))
        {
            _spool.Delete(delivery.MessageId);
        }

        HashSet<MailId> gone = [.. removed.Select(d => d.MessageId)];
        return [.. old.Where(d => gone.Contains(d.MessageId)).Select(d => (d.MessageId, d.Target))];
    }

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
    }

    private async Task AcceptFileAsync(AcceptedMail mail, ImmutableArray<NewDelivery> deliveries)
    {
        await KeepFileAsync(mail);
        try
        {
            await InsertAsync(mail, deliveries);
        }
        catch
        {
            mail.Content.GiveFileBack();
            throw;
        }
    }

    private Task<bool> InsertAsync(AcceptedMail mail, ImmutableArray<NewDelivery> deliveries) => _writer.RunAsync(
        static (statements, message) =>
        {
            Insert(statements, message.Mail, message.Deliveries.AsSpan());
            return true;
        },
        (Mail: mail, Deliveries: deliveries));

    private static void Insert(QueueStatements statements, AcceptedMail mail, ReadOnlySpan<NewDelivery> deliveries)
    {
        statements.InsertMessage(mail);
        foreach (NewDelivery delivery in deliveries)
        {
            statements.InsertDelivery(mail, delivery);
        }
    }

    private static bool InsertReport(QueueStatements statements, bool isSettled, OwedReport? report)
    {
        if (isSettled && report is not null)
        {
            Insert(statements, report.Mail, [report.Delivery]);
        }

        return isSettled;
    }

    // Off the writer: large files sync beside each other, and nobody's small message waits for them.
    private async Task KeepFileAsync(AcceptedMail mail)
    {
        try
        {
            await Task.Run(() => _spool.Keep(mail.Content, mail.Id));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            mail.Content.GiveFileBack();
            throw new QueueUnavailableException("The spool could not be written", (e.HResult & 0xFFFF) is NoSpace or NoQuota, e);
        }
    }

    private SqliteConnection OpenReader()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        return connection;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 8001, Level = LogLevel.Information, Message = "Queue opened: {Claims} claims of an earlier run are due, {Orphans} files without a row removed")]
        public static partial void Opened(ILogger logger, int claims, int orphans);
    }
}
