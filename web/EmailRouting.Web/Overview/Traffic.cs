using System.Collections.Immutable;
using EmailRouting.Activity;
using EmailRouting.Web.Activity;

namespace EmailRouting.Web.Overview;

/// <summary>The counts of one stretch of time.</summary>
/// <param name="Counts">By the hour.</param>
/// <param name="Busiest">Aliases.</param>
/// <param name="Refusals">By reason.</param>
internal sealed record Traffic(ActivityCounts Counts, ImmutableArray<AliasCount> Busiest, ImmutableArray<RefusalCount> Refusals)
{
    private const int Longest = 10;

    public long Total => Counts.Totals.Values.Sum();

    /// <remarks>Away from the dispatcher of the page: over a month with millions of messages it takes part of a second, in which the page is to answer.</remarks>
    public static Task<Traffic> LoadAsync(ActivityAnalytics analytics, TimeRange range, DateTimeOffset now, IReadOnlyCollection<string>? domains, CancellationToken cancellation) => Task.Run(
        async () => new Traffic(
            await analytics.CountsAsync(now - range.Length, now, ActivityInterval.Hour, domains, cancellation),
            await analytics.BusiestAliasesAsync(now - range.Length, now, domains, Longest, cancellation),
            await analytics.RefusalsAsync(now - range.Length, now, domains, Longest, cancellation)),
        cancellation);
}
