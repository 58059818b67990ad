using System.Buffers;
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
    private readonly List<Statement> _prepared = [];
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _commit;
    private readonly Statement _insertMessage;
    private readonly Statement _insertDelivery;
    private readonly Statement _claim;
    private readonly Statement _moveLease;
    private readonly Statement _release;
    private readonly Statement _delete;
    private readonly Statement _deleteMessage;
    private readonly Statement _retry;
    private readonly Statement _turn;
    private readonly Statement _fail;
    private readonly Statement _releaseAll;
    private readonly Statement _deleteFailed;
    private readonly Statement _addToLedger;
    private readonly Statement _removeFromLedger;

    public QueueStatements(string connectionString)
    {
        _connection = new SqliteConnection(connectionString);
        try
        {
            _connection.Open();
            SqliteSettings.ApplyDurable(_connection);

            // The default of 1,000 pages is 8 MB: under load a checkpoint, which syncs the database file too, would come every few hundred messages.
            // 16 MB of pages hold the large messages that are on their way (Queue:WindowBytes): with the default of 2 MB each page of one would be read again to delete it.
            using (SqliteCommand settings = Command("PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16000"))
            {
                settings.ExecuteNonQuery();
            }

            // These two may meet another writer, and the provider knows how to wait.
            _begin = Command("BEGIN IMMEDIATE");
            _commit = Command("COMMIT");
            _insertMessage = Prepare(
                """
                INSERT INTO Messages (Id, Sender, Body, SmtpUtf8, "Return", EnvelopeId, ReceivedAt, MayBounce, Length, Sha256, HasEightBit, HasEightBitHeader, Content)
                VALUES ($id, $sender, $body, $utf8, $return, $envelope, $received, $bounce, $length, $sha, $eight, $header, $content)
                """);
            _insertDelivery = Prepare(
                """
                INSERT INTO Deliveries (Id, MessageId, Destination, Domain, Aliases, AliasDomains, Fallback, FallbackAfter, ReturnPath, Trace, State, DueAt, Claim, Attempts, LastReply, AgesFrom, RestingSince)
                VALUES ($id, $message, $destination, $domain, $aliases, $ours, $fallback, $after, $path, $trace, $state, $due, $claim, $attempts, $reply, $ages, $resting)
                """);

            // Chosen by a reader a moment ago: the row is taken only if it is still exactly what was read.
            _claim = Prepare(
                "UPDATE Deliveries SET Claim = $token, DueAt = $lease WHERE Id = $id AND State = 0 AND Claim = $old AND DueAt <= $now");
            _moveLease = Prepare("UPDATE Deliveries SET DueAt = $lease WHERE Id = $id AND Claim = $token");
            _release = Prepare("UPDATE Deliveries SET DueAt = $due, Claim = 0 WHERE Id = $id AND Claim = $token");
            _delete = Prepare("DELETE FROM Deliveries WHERE Id = $id AND Claim = $token RETURNING MessageId");
            _deleteMessage = Prepare(
                """
                DELETE FROM Messages WHERE Id = $id AND NOT EXISTS (SELECT 1 FROM Deliveries WHERE MessageId = $id)
                RETURNING Content IS NULL
                """);

            // The state is left alone: what was held while its attempt ran stays held.
            _retry = Prepare(
                "UPDATE Deliveries SET DueAt = $due, Claim = 0, Attempts = Attempts + 1, LastReply = $reply WHERE Id = $id AND Claim = $token");

            // As if it had been accepted now for where it turns to: a full term of its own. What was held meanwhile stays held, and does not age from now.
            _turn = Prepare(
                """
                UPDATE Deliveries SET Destination = $destination, Domain = $domain, Fallback = NULL, FallbackAfter = NULL, DueAt = $now, AgesFrom = $now,
                    RestingSince = CASE State WHEN 1 THEN $now END, Claim = 0, Attempts = 0, LastReply = $reply
                WHERE Id = $id AND Claim = $token
                """);
            _fail = Prepare(
                """
                UPDATE Deliveries SET State = 2, RestingSince = $now, Claim = 0, Attempts = Attempts + 1, LastReply = $reply, Aliases = $aliases, AliasDomains = $ours
                WHERE Id = $id AND Claim = $token
                """);
            _releaseAll = Prepare("UPDATE Deliveries SET DueAt = $now, Claim = 0 WHERE Claim <> 0");
            _deleteFailed = Prepare("DELETE FROM Deliveries WHERE Id = $id AND State = 2 RETURNING MessageId");
            _addToLedger = Prepare("INSERT INTO Ledger (\"Key\", ExpiresAt) VALUES ($key, $expires) ON CONFLICT DO UPDATE SET ExpiresAt = excluded.ExpiresAt");
            _removeFromLedger = Prepare("DELETE FROM Ledger WHERE \"Key\" = $key");
        }
        catch
        {
            Dispose();
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
            using SqliteCommand rollBack = Command("ROLLBACK");
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
        byte[]? rented = null;
        try
        {
            _insertMessage.Execute(
                mail.Id.Value, mail.Envelope.Sender?.Text, (long?)mail.Envelope.Parameters.Body, mail.Envelope.Parameters.SmtpUtf8,
                (long?)mail.Envelope.Parameters.Return, mail.Envelope.Parameters.EnvelopeId, mail.ReceivedAt.ToUnixTimeMilliseconds(), mail.MayBounce,
                facts.Length, facts.Sha256, facts.HasEightBit, facts.HasEightBitHeader,
                mail.Content.TryGetMemory(out ReadOnlySequence<byte> bytes) ? Whole(bytes, ref rented) : (ReadOnlyMemory<byte>?)null);
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    public void InsertDelivery(AcceptedMail mail, NewDelivery delivery)
    {
        _insertDelivery.Execute(
            delivery.Claim.DeliveryId, mail.Id.Value, delivery.Target.Destination.Text, delivery.Target.Destination.Domain, AliasList.Write(delivery.Target.Aliases),
            AliasDomains.Of(delivery.Target.Aliases), delivery.Target.Fallback?.Destination.Text, (long?)delivery.Target.Fallback?.After?.TotalMilliseconds,
            delivery.Target.ReturnPath?.Text, delivery.Target.Trace.IsEmpty ? null : delivery.Target.Trace.ToArray(),
            (long)(delivery.IsHeld ? QueueDbState.Held : QueueDbState.Queued),
            (delivery.LeaseUntil ?? delivery.DueAt).ToUnixTimeMilliseconds(), delivery.LeaseUntil is null ? 0 : delivery.Claim.Token,
            (long)delivery.Attempts, delivery.LastReply, mail.ReceivedAt.ToUnixTimeMilliseconds(), delivery.IsHeld ? delivery.DueAt.ToUnixTimeMilliseconds() : (long?)null);
    }

    public bool Claim(Claim claim, long oldToken, DateTimeOffset now, DateTimeOffset leaseUntil)
    {
        return _claim.Execute(claim.Token, leaseUntil.ToUnixTimeMilliseconds(), claim.DeliveryId, oldToken, now.ToUnixTimeMilliseconds()) == 1;
    }

    public void MoveLease(Claim claim, DateTimeOffset leaseUntil)
    {
        _moveLease.Execute(leaseUntil.ToUnixTimeMilliseconds(), claim.DeliveryId, claim.Token);
    }

    public void Release(Claim claim, DateTimeOffset dueAt)
    {
        _release.Execute(dueAt.ToUnixTimeMilliseconds(), claim.DeliveryId, claim.Token);
    }

    public int ReleaseAll(DateTimeOffset now)
    {
        return _releaseAll.Execute(now.ToUnixTimeMilliseconds());
    }

    public bool Retry(Claim claim, Settlement.Retry retry)
    {
        return _retry.Execute(retry.DueAt.ToUnixTimeMilliseconds(), retry.LastReply, claim.DeliveryId, claim.Token) == 1;
    }

    public bool Turn(Claim claim, Settlement.Turn turn, DateTimeOffset now)
    {
        return _turn.Execute(turn.To.Destination.Text, turn.To.Destination.Domain, now.ToUnixTimeMilliseconds(), turn.Reason, claim.DeliveryId, claim.Token) == 1;
    }

    public bool Fail(Claim claim, Settlement.Failed failed, DateTimeOffset now)
    {
        return _fail.Execute(now.ToUnixTimeMilliseconds(), failed.LastReply, AliasList.Write(failed.Kept.Aliases), AliasDomains.Of(failed.Kept.Aliases), claim.DeliveryId, claim.Token) == 1;
    }

    /// <summary>Removes a delivery, and its message where it was the last.</summary>
    /// <returns>Null where the claim no longer holds.</returns>
    public RemovedDelivery? Remove(Claim claim)
    {
        return _delete.Number(claim.DeliveryId, claim.Token) is { } message ? new RemovedDelivery(new MailId(message), RemoveMessage(message)) : null;
    }

    /// <summary>Removes a delivery that is still failed.</summary>
    public RemovedDelivery? RemoveFailed(long deliveryId)
    {
        return _deleteFailed.Number(deliveryId) is { } message ? new RemovedDelivery(new MailId(message), RemoveMessage(message)) : null;
    }

    public void AddToLedger(LedgerKey key, DateTimeOffset expiresAt)
    {
        _addToLedger.Execute(key.ToString(), expiresAt.ToUnixTimeMilliseconds());
    }

    public void RemoveFromLedger(LedgerKey key)
    {
        _removeFromLedger.Execute(key.ToString());
    }

    /// <summary>True where the message is gone with this and has a file in the spool.</summary>
    private bool RemoveMessage(long id)
    {
        return _deleteMessage.Number(id) == 1;
    }

    private SqliteCommand Command(string sql)
    {
        SqliteCommand command = _connection.CreateCommand();
#pragma warning disable CA2100 // From this file, never from outside.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Prepare();
        return command;
    }

    private Statement Prepare(string sql)
    {
        var statement = new Statement(_connection, sql);
        _prepared.Add(statement);
        return statement;
    }

    public void Dispose()
    {
        _prepared.ForEach(statement => statement.Dispose());
        _connection.Dispose();
    }

    /// <summary>In one piece, as it is bound; a copy where it lies in several.</summary>
    private static ReadOnlyMemory<byte> Whole(in ReadOnlySequence<byte> bytes, ref byte[]? rented)
    {
        if (bytes.IsSingleSegment)
        {
            return bytes.First;
        }

        rented = ArrayPool<byte>.Shared.Rent((int)bytes.Length);
        bytes.CopyTo(rented);
        return rented.AsMemory(0, (int)bytes.Length);
    }
}
