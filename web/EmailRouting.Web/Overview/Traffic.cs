using System.Collections.Immutable;
using EmailRouting.Activity;
using EmailRouting.Web.Activity;

namespace EmailRouting.Web.Overview;

/// <summary>The counts of one stretch of time.</summary>
/// <param name="Counts">By the hour.</param>
/// <param name="Busiest">Aliases; default while they are counted.</param>
/// <param name="Refusals">By reason; default while they are counted.</param>
internal sealed record Traffic(ActivityCounts Counts, ImmutableArray<AliasCount> Busiest, ImmutableArray<RefusalCount> Refusals)
{
    private const int Longest = 10;

    public long Total => Counts.Totals.Values.Sum();

    /// <summary>How long it may be shown before it is counted anew: the longer the stretch, the less a minute changes and the more it costs.</summary>
    public static TimeSpan Lifetime(TimeRange range) =>
        range == TimeRange.Month ? TimeSpan.FromMinutes(5) : range == TimeRange.Week ? TimeSpan.FromMinutes(2) : TimeSpan.FromSeconds(20);

    /// <summary>First what is known at once, then all of it.</summary>
    /// <remarks>Away from the dispatcher of the page, which is to answer meanwhile: over a month with a million messages the aliases take part of a second.</remarks>
    public static async IAsyncEnumerable<Traffic> LoadAsync(ActivityAnalytics analytics, TimeRange range, DateTimeOffset now, IReadOnlyCollection<string>? domains)
    {
        DateTimeOffset from = now - range.Length;
        ActivityCounts counts = await Task.Run(() => analytics.CountsAsync(from, now, ActivityInterval.Hour, domains, CancellationToken.None));
        yield return new Traffic(counts, default, default);

        ImmutableArray<RefusalCount> refusals = await Task.Run(() => analytics.RefusalsAsync(from, now, domains, Longest, CancellationToken.None));
        ImmutableArray<AliasCount> busiest = await Task.Run(() => analytics.BusiestAliasesAsync(from, now, domains, Longest, CancellationToken.None));
        yield return new Traffic(counts, busiest, refusals);
    }
}
