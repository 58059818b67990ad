using System.Buffers;
using System.Runtime.InteropServices;
using EmailRouting.Custody;
using EmailRouting.Mail;
using EmailRouting.Queue;
using EmailRouting.Storage;
using Microsoft.Data.Sqlite;

namespace EmailRouting.Sqlite.Queue;

/// <summary>The prepared statements of the write connection, by what they mean. Used by the writer's thread alone.</summary>
internal sealed class QueueStatements : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _commit;
    private readonly SqliteCommand _insertMessage;
    private readonly SqliteCommand _insertDelivery;
    private readonly SqliteCommand _claim;
    private readonly SqliteCommand _moveLease;
    private readonly SqliteCommand _release;
    private readonly SqliteCommand _delete;
    private readonly SqliteCommand _deleteMessage;
    private readonly SqliteCommand _retry;
    private readonly SqliteCommand _turn;
    private readonly SqliteCommand _fail;
    private readonly SqliteCommand _releaseAll;
    private readonly SqliteCommand _deleteFailed;
    private readonly SqliteCommand _addToLedger;
    private readonly SqliteCommand _removeFromLedger;

    public QueueStatements(string connectionString)
    {
        _connection = new SqliteConnection(connectionString);
        try
        {
            _connection.Open();
            SqliteSettings.ApplyDurable(_connection);

            // The default of 1,000 pages is 4 MB: under load a checkpoint, which syncs the database file too, would come every few hundred messages.
            Prepare("PRAGMA wal_autocheckpoint = 4000").ExecuteNonQuery();

            _begin = Prepare("BEGIN IMMEDIATE");
            _commit = Prepare("COMMIT");
            _insertMessage = Prepare(
                """
                INSERT INTO Messages (Id, Sender, Body, SmtpUtf8, "Return", EnvelopeId, ReceivedAt, MayBounce, Length, Sha256, HasEightBit, HasEightBitHeader, Content)
                VALUES ($id, $sender, $body, $utf8, $return, $envelope, $received, $bounce, $length, $sha, $eight, $header,
                        CASE WHEN $zeros IS NULL THEN $content ELSE zeroblob($zeros) END)
                """,
                "$id", "$sender", "$body", "$utf8", "$return", "$envelope", "$received", "$bounce", "$length", "$sha", "$eight", "$header", "$zeros", "$content");
            _insertDelivery = Prepare(
                """
                INSERT INTO Deliveries (Id, MessageId, Destination, Domain, Aliases, AliasDomains, Fallback, FallbackAfter, ReturnPath, Trace, State, DueAt, Claim, Attempts, LastReply, AgesFrom, RestingSince)
                VALUES ($id, $message, $destination, $domain, $aliases, $ours, $fallback, $after, $path, $trace, $state, $due, $claim, $attempts, $reply, $ages, $resting)
                """,
                "$id", "$message", "$destination", "$domain", "$aliases", "$ours", "$fallback", "$after", "$path", "$trace", "$state", "$due", "$claim", "$attempts", "$reply", "$ages", "$resting");

            // Chosen by a reader a moment ago: the row is taken only if it is still exactly what was read.
            _claim = Prepare(
                "UPDATE Deliveries SET Claim = $token, DueAt = $lease WHERE Id = $id AND State = 0 AND Claim = $old AND DueAt <= $now",
                "$token", "$lease", "$id", "$old", "$now");
            _moveLease = Prepare("UPDATE Deliveries SET DueAt = $lease WHERE Id = $id AND Claim = $token", "$lease", "$id", "$token");
            _release = Prepare("UPDATE Deliveries SET DueAt = $due, Claim = 0 WHERE Id = $id AND Claim = $token", "$due", "$id", "$token");
            _delete = Prepare("DELETE FROM Deliveries WHERE Id = $id AND Claim = $token RETURNING MessageId", "$id", "$token");
            _deleteMessage = Prepare(
                """
                DELETE FROM Messages WHERE Id = $id AND NOT EXISTS (SELECT 1 FROM Deliveries WHERE MessageId = $id)
                RETURNING Content IS NULL
                """,
                "$id");

            // The state is left alone: what was held while its attempt ran stays held.
            _retry = Prepare(
                "UPDATE Deliveries SET DueAt = $due, Claim = 0, Attempts = Attempts + 1, LastReply = $reply WHERE Id = $id AND Claim = $token",
                "$due", "$reply", "$id", "$token");

            // As if it had been accepted now for where it turns to: a full term of its own. What was held meanwhile stays held, and does not age from now.
            _turn = Prepare(
                """
                UPDATE Deliveries SET Destination = $destination, Domain = $domain, Fallback = NULL, FallbackAfter = NULL, DueAt = $now, AgesFrom = $now,
                    RestingSince = CASE State WHEN 1 THEN $now END, Claim = 0, Attempts = 0, LastReply = $reply
                WHERE Id = $id AND Claim = $token
                """,
                "$destination", "$domain", "$now", "$reply", "$id", "$token");
            _fail = Prepare(
                """
                UPDATE Deliveries SET State = 2, RestingSince = $now, Claim = 0, Attempts = Attempts + 1, LastReply = $reply, Aliases = $aliases, AliasDomains = $ours
                WHERE Id = $id AND Claim = $token
                """,
                "$now", "$reply", "$aliases", "$ours", "$id", "$token");
            _releaseAll = Prepare("UPDATE Deliveries SET DueAt = $now, Claim = 0 WHERE Claim <> 0", "$now");
            _deleteFailed = Prepare("DELETE FROM Deliveries WHERE Id = $id AND State = 2 RETURNING MessageId", "$id");
            _addToLedger = Prepare("INSERT INTO Ledger (\"Key\", ExpiresAt) VALUES ($key, $expires) ON CONFLICT DO UPDATE SET ExpiresAt = excluded.ExpiresAt", "$key", "$expires");
            _removeFromLedger = Prepare("DELETE FROM Ledger WHERE \"Key\" = $key", "$key");
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    public void Begin() => _begin.ExecuteNonQuery();

    public void Commit() => _commit.ExecuteNonQuery();

    /// <summary>False where the connection is not to be used again.</summary>
    public bool TryRollBack()
    {
        // SQLite itself rolls back on some errors (full, I/O); then there is nothing left to do.
        if (SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle!) != 0)
        {
            return true;
        }

        try
        {
            using SqliteCommand rollBack = Prepare("ROLLBACK");
            rollBack.ExecuteNonQuery();
            return true;
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    public void InsertMessage(AcceptedMail mail)
    {
        ContentFacts facts = mail.Content.Facts;
        bool isInMemory = mail.Content.TryGetMemory(out ReadOnlySequence<byte> bytes);
        bool isStreamed = isInMemory && bytes.Length > OctetSequence.LargestSegment;
        Bind(_insertMessage,
            mail.Id.Value, mail.Envelope.Sender?.Text, (long?)mail.Envelope.Parameters.Body, mail.Envelope.Parameters.SmtpUtf8,
            (long?)mail.Envelope.Parameters.Return, mail.Envelope.Parameters.EnvelopeId, mail.ReceivedAt.ToUnixTimeMilliseconds(), mail.MayBounce,
            facts.Length, facts.Sha256, facts.HasEightBit, facts.HasEightBitHeader,
            isStreamed ? bytes.Length : null, isInMemory && !isStreamed ? ToArray(bytes) : null);
        _insertMessage.ExecuteNonQuery();

        if (isStreamed)
        {
            using var blob = new SqliteBlob(_connection, "Messages", "Content", mail.Id.Value);
            foreach (ReadOnlyMemory<byte> segment in bytes)
            {
                blob.Write(segment.Span);
            }
        }
    }

    public void InsertDelivery(AcceptedMail mail, NewDelivery delivery)
    {
        Bind(_insertDelivery,
            delivery.Claim.DeliveryId, mail.Id.Value, delivery.Target.Destination.Text, delivery.Target.Destination.Domain, AliasList.Write(delivery.Target.Aliases),
            AliasDomains.Of(delivery.Target.Aliases), delivery.Target.Fallback?.Destination.Text, (long?)delivery.Target.Fallback?.After?.TotalMilliseconds,
            delivery.Target.ReturnPath?.Text, delivery.Target.Trace.IsEmpty ? null : delivery.Target.Trace.ToArray(),
            (long)(delivery.IsHeld ? QueueDbState.Held : QueueDbState.Queued),
            (delivery.LeaseUntil ?? delivery.DueAt).ToUnixTimeMilliseconds(), delivery.LeaseUntil is null ? 0 : delivery.Claim.Token,
            (long)delivery.Attempts, delivery.LastReply, mail.ReceivedAt.ToUnixTimeMilliseconds(), delivery.IsHeld ? delivery.DueAt.ToUnixTimeMilliseconds() : null);
        _insertDelivery.ExecuteNonQuery();
    }

    public bool Claim(Claim claim, long oldToken, DateTimeOffset now, DateTimeOffset leaseUntil)
    {
        Bind(_claim, claim.Token, leaseUntil.ToUnixTimeMilliseconds(), claim.DeliveryId, oldToken, now.ToUnixTimeMilliseconds());
        return _claim.ExecuteNonQuery() == 1;
    }

    public void MoveLease(Claim claim, DateTimeOffset leaseUntil)
    {
        Bind(_moveLease, leaseUntil.ToUnixTimeMilliseconds(), claim.DeliveryId, claim.Token);
        _moveLease.ExecuteNonQuery();
    }

    public void Release(Claim claim, DateTimeOffset dueAt)
    {
        Bind(_release, dueAt.ToUnixTimeMilliseconds(), claim.DeliveryId, claim.Token);
        _release.ExecuteNonQuery();
    }

    public int ReleaseAll(DateTimeOffset now)
    {
        Bind(_releaseAll, now.ToUnixTimeMilliseconds());
        return _releaseAll.ExecuteNonQuery();
    }

    public bool Retry(Claim claim, Settlement.Retry retry)
    {
        Bind(_retry, retry.DueAt.ToUnixTimeMilliseconds(), retry.LastReply, claim.DeliveryId, claim.Token);
        return _retry.ExecuteNonQuery() == 1;
    }

    public bool Turn(Claim claim, Settlement.Turn turn, DateTimeOffset now)
    {
        Bind(_turn, turn.To.Destination.Text, turn.To.Destination.Domain, now.ToUnixTimeMilliseconds(), turn.Reason, claim.DeliveryId, claim.Token);
        return _turn.ExecuteNonQuery() == 1;
    }

    public bool Fail(Claim claim, Settlement.Failed failed, DateTimeOffset now)
    {
        Bind(_fail, now.ToUnixTimeMilliseconds(), failed.LastReply, AliasList.Write(failed.Kept.Aliases), AliasDomains.Of(failed.Kept.Aliases), claim.DeliveryId, claim.Token);
        return _fail.ExecuteNonQuery() == 1;
    }

    /// <summary>Removes a delivery, and its message where it was the last.</summary>
    /// <returns>Null where the claim no longer holds.</returns>
    public RemovedDelivery? Remove(Claim claim)
    {
        Bind(_delete, claim.DeliveryId, claim.Token);
        return _delete.ExecuteScalar() is long message ? new RemovedDelivery(new MailId(message), RemoveMessage(message)) : null;
    }

    /// <summary>Removes a delivery that is still failed.</summary>
    public RemovedDelivery? RemoveFailed(long deliveryId)
    {
        Bind(_deleteFailed, deliveryId);
        return _deleteFailed.ExecuteScalar() is long message ? new RemovedDelivery(new MailId(message), RemoveMessage(message)) : null;
    }

    public void AddToLedger(LedgerKey key, DateTimeOffset expiresAt)
    {
        Bind(_addToLedger, key.ToString(), expiresAt.ToUnixTimeMilliseconds());
        _addToLedger.ExecuteNonQuery();
    }

    public void RemoveFromLedger(LedgerKey key)
    {
        Bind(_removeFromLedger, key.ToString());
        _removeFromLedger.ExecuteNonQuery();
    }

    /// <summary>True where the message is gone with this and has a file in the spool.</summary>
    private bool RemoveMessage(long id)
    {
        Bind(_deleteMessage, id);
        return _deleteMessage.ExecuteScalar() is 1L;
    }

    private SqliteCommand Prepare(string sql, params ReadOnlySpan<string> parameters)
    {
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (string parameter in parameters)
        {
            command.Parameters.Add(new SqliteParameter(parameter, null));
        }

        command.Prepare();
        return command;
    }

    public void Dispose() => _connection.Dispose();

    private static void Bind(SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }
    }

    private static byte[] ToArray(ReadOnlySequence<byte> bytes) =>
        bytes.IsSingleSegment && MemoryMarshal.TryGetArray(bytes.First, out ArraySegment<byte> array) && array.Offset == 0 && array.Count == array.Array!.Length
            ? array.Array
            : bytes.ToArray();
}
