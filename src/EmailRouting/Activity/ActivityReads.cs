using System.Data.Common;
using EmailRouting.Storage;

namespace EmailRouting.Activity;

/// <summary>What a batch must know of messages that were written down before it, prepared once.</summary>
internal sealed class ActivityReads(DbConnection connection, DbTransaction transaction) : IDisposable
{
    private readonly PreparedQuery _message = new(
        connection, transaction, """SELECT "At", "Result", "Owed", "Status" FROM "Messages" WHERE "Id" = @a""");

    private readonly PreparedQuery _domains = new(
        connection, transaction, """SELECT DISTINCT "Domain" FROM "Recipients" WHERE "MessageId" = @a""");

    private readonly PreparedQuery _attempts = new(
        connection, transaction, """SELECT "Destination", "Aliases", "Result", "Reply" FROM "Attempts" WHERE "MessageId" = @a ORDER BY "Ordinal" """);

    /// <summary>Null where the transaction has not been written down yet.</summary>
    public WrittenMessage? Message(long id)
    {
        using DbDataReader row = _message.Read(id);
        return row.Read() ? new WrittenMessage(row.GetInt64(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetInt32(2), (MessageStatus)row.GetInt32(3)) : null;
    }

    public List<string> Domains(long id)
    {
        List<string> domains = [];
        using DbDataReader row = _domains.Read(id);
        while (row.Read())
        {
            domains.Add(row.GetString(0));
        }

        return domains;
    }

    /// <summary>The oldest first.</summary>
    public List<WrittenAttempt> Attempts(long id)
    {
        List<WrittenAttempt> attempts = [];
        using DbDataReader row = _attempts.Read(id);
        while (row.Read())
        {
            attempts.Add(new WrittenAttempt(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3)));
        }

        return attempts;
    }

    public void Dispose()
    {
        _message.Dispose();
        _domains.Dispose();
        _attempts.Dispose();
    }
}

/// <param name="At">In UTC milliseconds.</param>
/// <param name="Result">Of the transaction.</param>
/// <param name="Owed">Destinations; null where that was not written down.</param>
/// <param name="Status">So far.</param>
internal sealed record WrittenMessage(long At, string Result, int? Owed, MessageStatus Status);

/// <param name="Destination">The inbox.</param>
/// <param name="Aliases">For whom, separated by a space.</param>
/// <param name="Result">Of the attempt.</param>
/// <param name="Reply">The remote's words.</param>
internal sealed record WrittenAttempt(string Destination, string Aliases, string Result, string Reply)
{
    /// <summary>We had taken the message, and this destination did not.</summary>
    public bool IsRefusal => Result is "bounced" or "failed";
}
