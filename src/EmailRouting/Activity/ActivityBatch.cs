using System.Data.Common;
using System.Runtime.InteropServices;
using EmailRouting.Mail;
using EmailRouting.Storage;

namespace EmailRouting.Activity;

/// <summary>Writes records in one transaction, with all that follows from them: the status of each message, the counts, and what the search index must look at.</summary>
/// <remarks>
/// Plain statements in SQL that every database understands: a batch of a thousand tracked entities costs ten times as much, and this runs beside the mail.
/// </remarks>
internal sealed class ActivityBatch : IDisposable
{
    private readonly DbConnection _connection;
    private readonly DbTransaction _transaction;
    private readonly IStatements _statements;
    private readonly IActivityIndex _index;
    private readonly ActivityInserts _insert;
    private readonly ActivityReads _read;
    private readonly ActivityTallies _tallies = new();

    private ActivityBatch(DbConnection connection, DbTransaction transaction, IStatements statements, IActivityIndex index)
    {
        (_connection, _transaction, _statements, _index) = (connection, transaction, statements, index);
        _insert = new ActivityInserts(connection, statements);
        _read = new ActivityReads(connection, transaction);
    }

    /// <param name="connection">Open.</param>
    /// <param name="transaction">Under way on it, and the only one that writes: what is read here must not change before it is written.</param>
    /// <param name="statements">To write the rows with.</param>
    /// <param name="index">To be kept with the rows.</param>
    /// <param name="records">In the order they came.</param>
    public static void Write(DbConnection connection, DbTransaction transaction, IStatements statements, IActivityIndex index, IEnumerable<ActivityRecord> records)
    {
        using var batch = new ActivityBatch(connection, transaction, statements, index);
        batch.Write(records);
    }

    public void Dispose()
    {
        _insert.Dispose();
        _read.Dispose();
    }

    private void Write(IEnumerable<ActivityRecord> records)
    {
        // By id, since that is the order of every table here; what concerns one message stays in the order it came in.
        ActivityRecord[] ordered = [.. records.OrderBy(record => IdOf(record).Value)];
        List<MailId> messages = [];
        for (int next = 0; next < ordered.Length;)
        {
            MailId id = IdOf(ordered[next]);
            MessageRecord? message = null;
            int attempts = 0;
            for (; next < ordered.Length && IdOf(ordered[next]) == id; next++)
            {
                if (ordered[next] is AttemptRecord attempt)
                {
                    _insert.Attempt(attempt);
                    attempts++;
                }
                else
                {
                    message ??= (MessageRecord)ordered[next];
                }
            }

            if ((message is null || !WriteNew(message)) && attempts > 0 && _read.Message(id.Value) is { } written)
            {
                Follow(id.Value, written, attempts);
            }

            messages.Add(id);
        }

        _tallies.Write(_connection, _statements);
        _index.Touch(_connection, _transaction, messages);
    }

    private static MailId IdOf(ActivityRecord record) => record is MessageRecord message ? message.Id : ((AttemptRecord)record).MessageId;

    /// <returns>False where it is there already: nothing is written.</returns>
    private bool WriteNew(MessageRecord message)
    {
        // Attempts from before are looked up only where they can matter: most mail goes through at once.
        List<WrittenAttempt> attempts = StatusVerdict.IsOpenTo(message.Result) ? _read.Attempts(message.Id.Value) : [];
        MessageStatus status = StatusVerdict.Of(message, attempts);
        (string Address, string Domain)[] aliases = Array.ConvertAll(ImmutableCollectionsMarshal.AsArray(message.Recipients)!, r => AliasText.Canonical(r.Alias));
        if (!_insert.Message(message, aliases, status))
        {
            return false;
        }

        long at = message.At.ToUnixTimeMilliseconds();
        _tallies.Add(at, Array.ConvertAll(aliases, a => a.Domain), status);
        for (int i = 0; i < aliases.Length; i++)
        {
            if (message.Recipients[i].Decision == "refuse")
            {
                _tallies.Refuse(at, [aliases[i].Domain], message.Recipients[i].Reply);
            }
        }

        if (message.Result is "refused" or "deferred")
        {
            _tallies.Refuse(at, Accepted(message, aliases), message.Reply);
        }

        CountRefusals(at, CollectionsMarshal.AsSpan(attempts));
        return true;
    }

    // The domains of those that were not refused at RCPT already.
    private static string[] Accepted(MessageRecord message, (string Address, string Domain)[] aliases) =>
        [.. aliases.Where((_, i) => message.Recipients[i].Decision != "refuse").Select(a => a.Domain)];

    /// <summary>More has happened to a message that was written down before.</summary>
    private void Follow(long id, WrittenMessage message, int added)
    {
        List<WrittenAttempt> attempts = _read.Attempts(id);
        CountRefusals(message.At, CollectionsMarshal.AsSpan(attempts)[^added..]);
        if (!StatusVerdict.IsOpenTo(message.Result))
        {
            return;
        }

        MessageStatus status = StatusVerdict.Of(message.Result, message.Owed, attempts);
        if (status != message.Status)
        {
            _insert.Status(id, status);
            _tallies.Move(message.At, CollectionsMarshal.AsSpan(_read.Domains(id)), message.Status, status);
        }
    }

    // A destination that refused after we took the message. At the door a refusal is counted by the reply that the sender got.
    private void CountRefusals(long at, ReadOnlySpan<WrittenAttempt> attempts)
    {
        foreach (WrittenAttempt attempt in attempts)
        {
            if (attempt.IsRefusal)
            {
                _tallies.Refuse(at, [.. attempt.Aliases.Split(' ').Select(AliasText.DomainOf)], attempt.Reply);
            }
        }
    }
}
