using EmailRouting.Mail;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Activity;

/// <summary>How readily a destination takes what is forwarded to it, by the newest messages that were offered to it.</summary>
public sealed class InboxAcceptance(IDbContextFactory<ActivityDb> databases, IActivityIndex index)
{
    /// <summary>Messages that are looked at.</summary>
    public const int Newest = 100;

    private const int StaleAtOnce = 1000;

    /// <param name="destination">As deliveries name it.</param>
    /// <param name="domains">Only what was sent for aliases in these domains; null for everything.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async Task<AcceptanceCounts> OfAsync(string destination, IReadOnlyCollection<string>? domains, CancellationToken cancellation)
    {
        if (domains is { Count: 0 })
        {
            return new AcceptanceCounts(0, 0);
        }

        await using ActivityDb db = await databases.CreateDbContextAsync(cancellation);
        List<MailId> messages = await index.StaleAsync(db, ActivityReader.AllIds, StaleAtOnce, cancellation);
        messages.AddRange(await index.FindAsync(
            db, new IndexQuestion([.. SearchWord.In(destination)], domains ?? [], null, null), ActivityReader.AllIds, Newest, cancellation));
        long[] ids = [.. messages.Select(id => id.Value).Distinct()];

        // The words of an address are in other messages too: what counts are the attempts.
        var attempts = await db.Attempts.AsNoTracking()
            .Where(a => EF.Parameter(ids).Contains(a.MessageId))
            .OrderBy(a => a.Ordinal)
            .Select(a => new { a.MessageId, a.Destination, a.Aliases, a.Result })
            .ToListAsync(cancellation);
        attempts.RemoveAll(a => !a.Destination.Equals(destination, StringComparison.OrdinalIgnoreCase) || (domains is not null && AliasText.Within(a.Aliases, domains).Length == 0));
        int taken = 0, refused = 0;
        foreach (var message in attempts.GroupBy(a => a.MessageId).OrderByDescending(m => m.Key).Take(Newest))
        {
            if (message.Any(a => a.Result == "delivered"))
            {
                taken++;
            }
            else if (message.Last().Result is "refused" or "bounced" or "failed")
            {
                refused++;
            }
        }

        return new AcceptanceCounts(taken, refused);
    }
}

/// <summary>Of the messages that have come to an end.</summary>
public sealed record AcceptanceCounts(int Taken, int Refused)
{
    public int Total => Taken + Refused;
}
