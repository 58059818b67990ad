using System.Globalization;
using EmailRouting.Custody;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EmailRouting.Sqlite.Queue;

/// <summary>The ledger beside the queue: written by the same writer, so that it goes to the disk with the next group and needs no fsync of its own.</summary>
public sealed partial class SqliteQueueStore : ILedgerStore
{
    async Task<IReadOnlyList<(LedgerKey Key, DateTimeOffset ExpiresAt)>> ILedgerStore.LoadAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        await using SqliteConnection connection = OpenReader();
        await using SqliteCommand select = connection.CreateCommand();
        select.CommandText = "DELETE FROM Ledger WHERE ExpiresAt <= $now; SELECT \"Key\", ExpiresAt FROM Ledger";
        select.Parameters.AddWithValue("$now", now.ToUnixTimeMilliseconds());
        List<(LedgerKey, DateTimeOffset)> entries = [];
        await using SqliteDataReader rows = await select.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
        {
            entries.Add((
                new LedgerKey(UInt128.Parse(rows.GetString(0), NumberStyles.HexNumber, CultureInfo.InvariantCulture)),
                DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(1))));
        }

        return entries;
    }

    void ILedgerStore.Add(LedgerKey key, DateTimeOffset expiresAt) => Note(statements => statements.AddToLedger(key, expiresAt));

    void ILedgerStore.Remove(LedgerKey key) => Note(statements => statements.RemoveFromLedger(key));

    private void Note(Action<QueueStatements> change) => _ = _writer
        .RunAsync(statements =>
        {
            change(statements);
            return true;
        })
        .ContinueWith(
            written => LogLedger.NotWritten(_logger, written.Exception!.GetBaseException().Message),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default);

    private static partial class LogLedger
    {
        [LoggerMessage(EventId = 8101, Level = LogLevel.Warning, Message = "The ledger could not be written; a message may come twice after a restart: {Reason}")]
        public static partial void NotWritten(ILogger logger, string reason);
    }
}
