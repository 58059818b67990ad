using System.Collections.Immutable;
using System.Globalization;
using EmailRouting.Activity;
using EmailRouting.Web.Activity;

namespace EmailRouting.Web.Overview;

/// <summary>Puts hours together to bars: a day by hours, a week by quarters of a day, a month by days, as the clock of the viewer has them.</summary>
internal static class TrafficBars
{
    /// <param name="buckets">By the hour, the oldest first.</param>
    /// <param name="range">What is looked at.</param>
    /// <param name="local">To the viewer's zone.</param>
    public static ImmutableArray<TrafficBar> Of(IEnumerable<ActivityBucket> buckets, TimeRange range, Func<DateTimeOffset, DateTimeOffset> local) =>
    [
        .. buckets
            .Select(bucket => (Start: Begin(local(bucket.Start), range), bucket.Messages))
            .GroupBy(bucket => bucket.Start, bucket => bucket.Messages)
            .Select(group => new TrafficBar(group.Key, Label(group.Key, range), Mark(group.Key, range), [.. Series.All.Select(series => group.Sum(messages => series.Count(messages)))])),
    ];

    /// <summary>A round number that no bar exceeds, for the scale: 1, 2 or 5 times a power of ten.</summary>
    public static long Top(IEnumerable<TrafficBar> bars)
    {
        long most = Math.Max(1, bars.Max(bar => (long?)bar.Total) ?? 1);
        for (long power = 1; ; power *= 10)
        {
            foreach (int factor in (ReadOnlySpan<int>)[1, 2, 5])
            {
                if (factor * power >= most)
                {
                    return factor * power;
                }
            }
        }
    }

    // By the wall clock, without its offset: the two hours of a night in autumn are one bar.
    private static DateTime Begin(DateTimeOffset local, TimeRange range) =>
        range == TimeRange.Month ? local.Date
        : range == TimeRange.Week ? local.Date.AddHours(local.Hour / 6 * 6)
        : local.Date.AddHours(local.Hour);

    private static string Label(DateTime start, TimeRange range) => start.ToString(
        range == TimeRange.Month ? "d MMM" : range == TimeRange.Week ? "ddd HH:mm" : "HH:mm", CultureInfo.InvariantCulture);

    private static string? Mark(DateTime start, TimeRange range) =>
        range == TimeRange.Month ? start.Day % 5 == 1 && start.Day < 31 ? Label(start, range) : null
        : range == TimeRange.Week ? start.Hour == 0 ? start.ToString("ddd", CultureInfo.InvariantCulture) : null
        : start.Hour % 4 == 0 ? Label(start, range) : null;
}

/// <param name="Start">By the viewer's clock.</param>
/// <param name="Label">Of the bar.</param>
/// <param name="Mark">On the axis; null for most.</param>
/// <param name="Counts">In the order of <see cref="Series.All"/>.</param>
public sealed record TrafficBar(DateTime Start, string Label, string? Mark, ImmutableArray<long> Counts)
{
    public long Total => Counts.Sum();
}
