using System.Collections.Immutable;
using EmailRouting.Mail;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Activity;

/// <summary>Counts what happened: over time, by alias, by reason. From tables that the writer keeps, so that a month is answered at once.</summary>
public sealed class ActivityAnalytics(IDbContextFactory<ActivityDb> databases)
{
    /// <summary>Intervals that may be asked for at once.</summary>
    public const int MostBuckets = 1500;

    private static readonly TimeSpan LongTime = TimeSpan.FromDays(2);

    /// <summary>How many intervals lie between two instants.</summary>
    public static long BucketsBetween(DateTimeOffset from, DateTimeOffset until, ActivityInterval interval)
    {
        long length = Milliseconds(interval);
        return Math.Max(0, (until.ToUnixTimeMilliseconds() + length - 1) / length - from.ToUnixTimeMilliseconds() / length);
    }

    /// <summary>Messages by interval and status.</summary>
    /// <param name="from">Rounded down to an interval.</param>
    /// <param name="until">Rounded up to an interval.</param>
    /// <param name="interval">At most <see cref="MostBuckets"/> of them.</param>
    /// <param name="domains">Only messages with an alias in these domains, where one that has aliases in two of them counts twice; null for all.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async Task<ActivityCounts> CountsAsync(
        DateTimeOffset from, DateTimeOffset until, ActivityInterval interval, IReadOnlyCollection<string>? domains, CancellationToken cancellation)
    {
        long count = BucketsBetween(from, until, interval);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MostBuckets, nameof(interval));
        long length = Milliseconds(interval);
        DateTimeOffset first = DateTimeOffset.FromUnixTimeMilliseconds(from.ToUnixTimeMilliseconds() / length * length);
        DateTimeOffset end = first.AddMilliseconds(count * length);
        int seconds = interval < ActivityInterval.Hour ? ActivityTallies.Minute : ActivityTallies.Hour;
        string[] scopes = Scopes(domains);

        await using ActivityDb db = await databases.CreateDbContextAsync(cancellation);
        List<TallyRow> rows = await db.Tallies.AsNoTracking()
            .Where(t => t.Seconds == seconds && t.Start >= first && t.Start < end && EF.Parameter(scopes).Contains(t.Domain) && t.Messages > 0)
            .ToListAsync(cancellation);
        ILookup<long, TallyRow> byBucket = rows.ToLookup(t => (long)(t.Start - first).TotalMilliseconds / length);
        ImmutableArray<ActivityBucket>.Builder buckets = ImmutableArray.CreateBuilder<ActivityBucket>((int)count);
        for (int i = 0; i < count; i++)
        {
            buckets.Add(new ActivityBucket(first.AddMilliseconds(i * length), Sum(byBucket[i])));
        }

        return new ActivityCounts(buckets.MoveToImmutable(), Sum(rows));
    }

    /// <summary>The aliases that most messages were accepted for.</summary>
    public async Task<ImmutableArray<AliasCount>> BusiestAliasesAsync(
        DateTimeOffset from, DateTimeOffset until, IReadOnlyCollection<string>? domains, int limit, CancellationToken cancellation)
    {
        long first = MailId.FirstAt(from).Value;
        long end = MailId.FirstAt(until).Value;
        await using ActivityDb db = await databases.CreateDbContextAsync(cancellation);
        IQueryable<RecipientRow> recipients = db.Recipients.Where(r => r.Decision != "refuse");

        // Over a long time the index by alias is read from end to end, for it holds them in groups; the sum keeps the database from taking the rows by id and sorting them.
        recipients = until - from > LongTime
            ? recipients.Where(r => r.MessageId + 0 >= first && r.MessageId + 0 < end)
            : recipients.Where(r => r.MessageId >= first && r.MessageId < end);
        if (domains is not null)
        {
            string[] scopes = Scopes(domains);
            recipients = recipients.Where(r => scopes.Contains(r.Domain));
        }

        var counts = await recipients
            .GroupBy(r => new { r.Domain, r.Alias })
            .Select(g => new { g.Key.Alias, Messages = g.LongCount() })
            .OrderByDescending(a => a.Messages).ThenBy(a => a.Alias)
            .Take(limit)
            .ToListAsync(cancellation);
        return [.. counts.Select(a => new AliasCount(a.Alias, a.Messages))];
    }

    /// <summary>Why mail is refused: at RCPT, at the final dot, and by destinations after we took it. Counted by the hour.</summary>
    public async Task<ImmutableArray<RefusalCount>> RefusalsAsync(
        DateTimeOffset from, DateTimeOffset until, IReadOnlyCollection<string>? domains, int limit, CancellationToken cancellation)
    {
        string[] scopes = Scopes(domains);
        DateTimeOffset first = from.AddTicks(-(from.UtcTicks % TimeSpan.TicksPerHour));
        await using ActivityDb db = await databases.CreateDbContextAsync(cancellation);
        var counts = await db.Refusals
            .Where(r => r.Hour >= first && r.Hour < until && EF.Parameter(scopes).Contains(r.Domain))
            .GroupBy(r => r.Reason)
            .Select(g => new { Reason = g.Key, Count = g.Sum(r => r.Count) })
            .OrderByDescending(r => r.Count).ThenBy(r => r.Reason)
            .Take(limit)
            .ToListAsync(cancellation);
        return [.. counts.Select(r => new RefusalCount(r.Reason, r.Count))];
    }

    private static string[] Scopes(IReadOnlyCollection<string>? domains) => domains is null ? [ActivityTallies.Everywhere] : [.. domains];

    private static ImmutableSortedDictionary<MessageStatus, long> Sum(IEnumerable<TallyRow> rows) =>
        rows.GroupBy(t => t.Status).ToImmutableSortedDictionary(g => g.Key, g => g.Sum(t => t.Messages));

    private static long Milliseconds(ActivityInterval interval) => (int)interval * 1000L;
}
