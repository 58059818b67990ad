using System.Data;
using System.Data.Common;

namespace EmailRouting.Activity;

/// <summary>The three INSERT statements of the activity log, prepared once for a batch.</summary>
internal sealed class ActivityInserts(DbConnection connection, DbTransaction transaction) : IDisposable
{
    private readonly DbCommand _message = Prepare(
        connection, transaction, "Messages", "Id", "At", "Client", "ClientName", "Tls", "Sender", "Size", "Sha256", "Result", "Reply", "ElapsedMicroseconds");

    private readonly DbCommand _recipient = Prepare(connection, transaction, "Recipients", "MessageId", "Position", "Alias", "Decision", "RuleId", "Reply");

    private readonly DbCommand _attempt = Prepare(
        connection, transaction, "Attempts", "MessageId", "At", "Number", "Destination", "Aliases", "Result", "Host", "Address", "Tls", "Reply", "Sha256", "ElapsedMicroseconds");

    public void Message(MessageRecord message)
    {
        Execute(
            _message,
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
            (long)message.Elapsed.TotalMicroseconds);

        int position = 0;
        foreach (RecipientRecord recipient in message.Recipients)
        {
            Execute(
                _recipient, message.Id.Value, position++, recipient.Alias.ToLowerInvariant(), recipient.Decision, recipient.RuleId?.ToString("N"), recipient.Reply);
        }
    }

    public void Attempt(AttemptRecord attempt) => Execute(
        _attempt,
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
        (long)attempt.Elapsed.TotalMicroseconds);

    public void Dispose()
    {
        _message.Dispose();
        _recipient.Dispose();
        _attempt.Dispose();
    }

    private static void Execute(DbCommand command, params ReadOnlySpan<object?> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        command.ExecuteNonQuery();
    }

    private static DbCommand Prepare(DbConnection connection, DbTransaction transaction, string table, params ReadOnlySpan<string> columns)
    {
        DbCommand command = connection.CreateCommand();
        command.Transaction = transaction;
        string names = string.Join(", ", columns.ToArray().Select(c => $"\"{c}\""));
        string values = string.Join(", ", columns.ToArray().Select(c => $"@{c}"));

        // Names from the lines above, never from outside.
#pragma warning disable CA2100
        command.CommandText = $"INSERT INTO \"{table}\" ({names}) VALUES ({values})";
#pragma warning restore CA2100
        foreach (string column in columns)
        {
            DbParameter parameter = command.CreateParameter();
            parameter.ParameterName = $"@{column}";
            parameter.Direction = ParameterDirection.Input;
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
