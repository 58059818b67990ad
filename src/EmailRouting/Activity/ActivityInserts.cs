using System.Data.Common;
using EmailRouting.Storage;

namespace EmailRouting.Activity;

/// <summary>The statements that write the activity log, prepared once for a batch.</summary>
internal sealed class ActivityInserts(DbConnection connection, IStatements statements) : IDisposable
{
    private readonly IStatement _message = statements.Prepare(connection, InsertText.Of(
        "Messages", "ON CONFLICT DO NOTHING",
        "Id", "At", "Client", "ClientName", "Tls", "Sender", "Size", "Sha256", "Result", "Reply", "Owed", "Status", "ElapsedMicroseconds", "Checks"));

    private readonly IStatement _recipient = statements.Prepare(connection, InsertText.Of(
        "Recipients", "", "MessageId", "Position", "Alias", "Domain", "Decision", "RuleId", "Reply"));

    private readonly IStatement _attempt = statements.Prepare(
        connection,
        """
        INSERT INTO "Attempts" ("MessageId", "Ordinal", "At", "Number", "Destination", "Aliases", "Result", "Host", "Address", "Tls", "Reply", "Sha256", "ElapsedMicroseconds", "ReturnPath", "Prepended")
        VALUES (@a, (SELECT COUNT(*) FROM "Attempts" WHERE "MessageId" = @a), @b, @c, @d, @e, @f, @g, @h, @i, @j, @k, @l, @m, @n)
        """);

    private readonly IStatement _status = statements.Prepare(connection, """UPDATE "Messages" SET "Status" = @a WHERE "Id" = @b""");

    /// <returns>False where the message is there already: nothing is written.</returns>
    public bool Message(MessageRecord message, IReadOnlyList<(string Address, string Domain)> aliases, MessageStatus status)
    {
        int written = _message.Execute(
            message.Id.Value,
            message.At.ToUnixTimeMilliseconds(),
            message.Client,
            message.ClientName,
            message.Tls,
            message.Sender,
            message.Size,
            message.Sha256,
            message.Result,
            message.Reply,
            message.Owed,
            (int)status,
            (long)message.Elapsed.TotalMicroseconds,
            CheckText.Write(message.Checks));
        if (written == 0)
        {
            return false;
        }

        for (int i = 0; i < message.Recipients.Length; i++)
        {
            RecipientRecord recipient = message.Recipients[i];
            _recipient.Execute(message.Id.Value, i, aliases[i].Address, aliases[i].Domain, recipient.Decision, recipient.RuleId, recipient.Reply);
        }

        return true;
    }

    public void Attempt(AttemptRecord attempt) => _attempt.Execute(
        attempt.MessageId.Value,
        attempt.At.ToUnixTimeMilliseconds(),
        attempt.Number,
        attempt.Destination,
        attempt.Aliases,
        attempt.Result,
        attempt.Host,
        attempt.Address,
        attempt.Tls,
        attempt.Reply,
        attempt.Sha256,
        (long)attempt.Elapsed.TotalMicroseconds,
        attempt.ReturnPath,
        attempt.Prepended);

    public void Status(long id, MessageStatus status) => _status.Execute((int)status, id);

    public void Dispose()
    {
        _status.Dispose();
        _message.Dispose();
        _recipient.Dispose();
        _attempt.Dispose();
    }
}
