using System.Data.Common;
using System.Runtime.InteropServices;
using EmailRouting.Storage;

namespace EmailRouting.Activity;

/// <summary>What a batch changes in the counts, gathered and then added to the tables in one statement for each count.</summary>
internal sealed class ActivityTallies
{
    public const int Minute = 60;
    public const int Hour = 3600;

    /// <summary>The domain that stands for all of them.</summary>
    public const string Everywhere = "";

    private readonly Dictionary<(int Seconds, long Start, string Domain, MessageStatus Status), long> _messages = [];
    private readonly Dictionary<(long Hour, string Domain, string Reason), long> _refusals = [];
    private readonly List<string> _scopes = [];

    /// <summary>A message that is new.</summary>
    public void Add(long at, ReadOnlySpan<string> domains, MessageStatus status) => Count(at, domains, status, 1);

    /// <summary>A message whose status is another now.</summary>
    public void Move(long at, ReadOnlySpan<string> domains, MessageStatus from, MessageStatus to)
    {
        Count(at, domains, from, -1);
        Count(at, domains, to, 1);
    }

    /// <summary>Mail was refused: once for the server, and once for each domain it was for.</summary>
    public void Refuse(long at, ReadOnlySpan<string> domains, string reply)
    {
        if (ReplyReason.Of(reply) is { } reason)
        {
            foreach (string domain in Scopes(domains))
            {
                CollectionsMarshal.GetValueRefOrAddDefault(_refusals, (Floor(at, Hour), domain, reason), out _)++;
            }
        }
    }

    public void Write(DbConnection connection, IStatements statements)
    {
        // A count never falls below nothing, even where the message was counted by a row that is purged already.
        using IStatement add = statements.Prepare(connection, InsertText.Of(
            "Tallies",
            """ON CONFLICT ("Seconds", "Start", "Domain", "Status") DO UPDATE SET "Messages" = "Tallies"."Messages" + excluded."Messages" """,
            "Seconds", "Start", "Domain", "Status", "Messages"));
        using IStatement subtract = statements.Prepare(
            connection,
            """
            UPDATE "Tallies" SET "Messages" = "Messages" - @a
            WHERE "Seconds" = @b AND "Start" = @c AND "Domain" = @d AND "Status" = @e AND "Messages" >= @a
            """);
        foreach (((int seconds, long start, string domain, MessageStatus status), long change) in _messages.OrderBy(c => c.Key.Start))
        {
            if (change > 0)
            {
                add.Execute(seconds, start, domain, (int)status, change);
            }
            else if (change < 0)
            {
                subtract.Execute(-change, seconds, start, domain, (int)status);
            }
        }

        using IStatement refuse = statements.Prepare(connection, InsertText.Of(
            "Refusals",
            """ON CONFLICT ("Hour", "Domain", "Reason") DO UPDATE SET "Count" = "Refusals"."Count" + excluded."Count" """,
            "Hour", "Domain", "Reason", "Count"));
        foreach (((long hour, string domain, string reason), long count) in _refusals)
        {
            refuse.Execute(hour, domain, reason, count);
        }
    }

    private void Count(long at, ReadOnlySpan<string> domains, MessageStatus status, int change)
    {
        foreach (string domain in Scopes(domains))
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_messages, (Minute, Floor(at, Minute), domain, status), out _) += change;
            CollectionsMarshal.GetValueRefOrAddDefault(_messages, (Hour, Floor(at, Hour), domain, status), out _) += change;
        }
    }

    // Each domain once, and the one that stands for all of them. Until it is called again.
    private List<string> Scopes(ReadOnlySpan<string> domains)
    {
        _scopes.Clear();
        _scopes.Add(Everywhere);
        foreach (string domain in domains)
        {
            if (!_scopes.Contains(domain))
            {
                _scopes.Add(domain);
            }
        }

        return _scopes;
    }

    private static long Floor(long milliseconds, int seconds) => milliseconds - milliseconds % (seconds * 1000L);
}
