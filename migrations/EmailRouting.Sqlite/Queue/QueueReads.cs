using System.Collections.Immutable;
using System.Text.Json;
using EmailRouting.Mail;
using EmailRouting.Queue;
using EmailRouting.Smtp;
using Microsoft.Data.Sqlite;

namespace EmailRouting.Sqlite.Queue;

/// <summary>What the store reads, each on a connection of its own (pooled): a reader in WAL mode waits for nobody.</summary>
internal static class QueueReads
{
    private const string DueSql =
        """
        SELECT Id, MessageId, Destination, Aliases, AgesFrom, Attempts, Claim, Fallback, FallbackAfter, ReturnPath, Trace FROM Deliveries INDEXED BY DeliveriesDue
        WHERE State = 0 AND DueAt <= $now
        """;

    // An index row holds the domain too: those passed over cost a step in the index each, and nothing else.
    private const string NotOfThese = " AND Domain NOT IN (SELECT value FROM json_each($except))";

    public static List<(ClaimedDelivery Delivery, long OldToken)> Due(Func<SqliteConnection> open, int limit, ImmutableArray<string> exceptDomains, DateTimeOffset now)
    {
        using SqliteConnection connection = open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = DueSql + (exceptDomains.IsEmpty ? string.Empty : NotOfThese) + " ORDER BY DueAt LIMIT $limit";
        command.Parameters.AddWithValue("$now", now.ToUnixTimeMilliseconds());
        command.Parameters.AddWithValue("$limit", limit);
        if (!exceptDomains.IsEmpty)
        {
            command.Parameters.AddWithValue("$except", JsonSerializer.Serialize(exceptDomains));
        }

        List<(ClaimedDelivery, long)> due = [];
        using SqliteDataReader rows = command.ExecuteReader();
        while (rows.Read())
        {
            var target = new Target(AliasList.ReadAddress(rows.GetString(2)), AliasList.Read(rows.GetString(3)))
            {
                Fallback = rows.IsDBNull(7)
                    ? null
                    : new Fallback(AliasList.ReadAddress(rows.GetString(7)), rows.IsDBNull(8) ? null : TimeSpan.FromMilliseconds(rows.GetInt64(8))),
                ReturnPath = rows.IsDBNull(9) ? null : AliasList.ReadAddress(rows.GetString(9)),
                Trace = rows.IsDBNull(10) ? default : rows.GetFieldValue<byte[]>(10),
            };
            Claim claim = Claim.New(now) with { DeliveryId = rows.GetInt64(0) };
            due.Add((new ClaimedDelivery(claim, new MailId(rows.GetInt64(1)), target, Instant(rows.GetInt64(4)), rows.GetInt32(5)), rows.GetInt64(6)));
        }

        return due;
    }

    public static bool Holds(Func<SqliteConnection> open, Claim claim)
    {
        using SqliteConnection connection = open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT 1 FROM Deliveries WHERE Id = $id AND Claim = $token AND State = 0";
        command.Parameters.AddWithValue("$id", claim.DeliveryId);
        command.Parameters.AddWithValue("$token", claim.Token);
        return command.ExecuteScalar() is not null;
    }

    public static QueueDepth Depth(Func<SqliteConnection> open)
    {
        using SqliteConnection connection = open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT (SELECT count(*) FROM Deliveries WHERE State = 0),
                   (SELECT count(*) FROM Deliveries WHERE State <> 0 AND State = 1),
                   (SELECT count(*) FROM Deliveries WHERE State <> 0 AND State = 2),
                   (SELECT min(DueAt) FROM Deliveries WHERE State = 0)
            """;
        using SqliteDataReader row = command.ExecuteReader();
        row.Read();
        return new QueueDepth(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.IsDBNull(3) ? null : Instant(row.GetInt64(3)));
    }

    public static List<(Claim Claim, MailId MessageId, Target Target)> FailedBefore(Func<SqliteConnection> open, DateTimeOffset failedBefore)
    {
        using SqliteConnection connection = open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT Id, Claim, MessageId, Destination, Aliases FROM Deliveries
            WHERE State <> 0 AND State = 2 AND RestingSince < $before LIMIT 1000
            """;
        command.Parameters.AddWithValue("$before", failedBefore.ToUnixTimeMilliseconds());
        List<(Claim, MailId, Target)> failed = [];
        using SqliteDataReader rows = command.ExecuteReader();
        while (rows.Read())
        {
            var target = new Target(AliasList.ReadAddress(rows.GetString(3)), AliasList.Read(rows.GetString(4)));
            failed.Add((new Claim(rows.GetInt64(0), rows.GetInt64(1)), new MailId(rows.GetInt64(2)), target));
        }

        return failed;
    }

    public static AcceptedMail? Message(Func<SqliteConnection> open, Claim claim, Spool spool)
    {
        using SqliteConnection connection = open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT Sender, Body, SmtpUtf8, "Return", EnvelopeId, ReceivedAt, MayBounce, Length, Sha256, HasEightBit, HasEightBitHeader, length(Content), m.Id
            FROM Deliveries d JOIN Messages m ON m.Id = d.MessageId WHERE d.Id = $id AND d.Claim = $token AND d.State = 0
            """;
        command.Parameters.AddWithValue("$id", claim.DeliveryId);
        command.Parameters.AddWithValue("$token", claim.Token);
        using SqliteDataReader row = command.ExecuteReader();
        if (!row.Read())
        {
            return null;
        }

        var id = new MailId(row.GetInt64(12));
        var parameters = new MailParameters
        {
            Body = row.IsDBNull(1) ? null : (BodyType)row.GetInt32(1),
            SmtpUtf8 = row.GetBoolean(2),
            Return = row.IsDBNull(3) ? null : (DsnReturn)row.GetInt32(3),
            EnvelopeId = row.IsDBNull(4) ? null : row.GetString(4),
        };
        var envelope = new Envelope(row.IsDBNull(0) ? null : AliasList.ReadAddress(row.GetString(0)), parameters);
        var facts = new ContentFacts(row.GetInt64(7), row.GetFieldValue<byte[]>(8), row.GetBoolean(9), row.GetBoolean(10));
        MessageContent content = row.IsDBNull(11)
            ? MessageContent.InFile(facts, spool.PathOf(id))
            : InMemory(facts, connection, id, row.GetInt32(11));
        return new AcceptedMail(id, Instant(row.GetInt64(5)), envelope, content, row.GetBoolean(6));
    }

    /// <summary>In the transaction of the row that is being read.</summary>
    private static MessageContent InMemory(ContentFacts facts, SqliteConnection connection, MailId id, int length)
    {
        using var blob = new SqliteBlob(connection, "Messages", "Content", id.Value, readOnly: true);
        var memory = new MessageMemory(budget: null);
        List<ReadOnlyMemory<byte>> parts = [];
        for (int left = length; left > 0; left -= parts[^1].Length)
        {
            int size = Math.Min(left, OctetSequence.LargestSegment);
            Memory<byte> part = memory.Rent(size).AsMemory(0, size);
            blob.ReadExactly(part.Span);
            parts.Add(part);
        }

        return MessageContent.InMemory(facts, OctetSequence.Join(parts), memory);
    }

    private static DateTimeOffset Instant(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
