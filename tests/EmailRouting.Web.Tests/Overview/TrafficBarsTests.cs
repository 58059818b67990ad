using System.Collections.Immutable;
using EmailRouting.Activity;
using EmailRouting.Storage;
using EmailRouting.Web.Activity;
using EmailRouting.Web.Overview;
using Xunit;

namespace EmailRouting.Web.Tests.Overview;

public sealed class TrafficBarsTests
{
    // On 27 October 2030 the hour after 2:00 comes twice.
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Fact]
    public void A_month_is_drawn_by_the_days_of_the_viewer()
    {
        ImmutableArray<TrafficBar> bars = TrafficBars.Of(Hours(new DateTimeOffset(2030, 10, 26, 22, 0, 0, TimeSpan.Zero), 26), TimeRange.Month, Local);

        // 26 October 22:00 UTC is midnight; the day has 25 hours.
        Assert.Equal([new DateTime(2030, 10, 27), new DateTime(2030, 10, 28)], bars.Select(bar => bar.Start));
        Assert.Equal([25L, 1L], bars.Select(bar => bar.Total));
    }

    [Fact]
    public void A_day_is_drawn_by_hours_and_a_week_by_quarters_of_a_day()
    {
        ActivityBucket[] day = Hours(new DateTimeOffset(2030, 6, 1, 0, 0, 0, TimeSpan.Zero), 24);

        Assert.Equal(24, TrafficBars.Of(day, TimeRange.Day, static at => at).Length);
        Assert.Equal([6L, 6L, 6L, 6L], TrafficBars.Of(day, TimeRange.Week, static at => at).Select(bar => bar.Total));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(3, 5)]
    [InlineData(21, 50)]
    [InlineData(100, 100)]
    [InlineData(1_000_001, 2_000_000)]
    public void The_scale_ends_at_a_round_number_above_all_bars(long most, long top) =>
        Assert.Equal(top, TrafficBars.Top([new TrafficBar(default, "", null, [most])]));

    [Fact]
    public void Each_status_is_in_one_part_of_a_bar()
    {
        foreach (MessageStatus status in Enum.GetValues<MessageStatus>())
        {
            Assert.Equal(3, Series.All.Sum(series => series.Count([KeyValuePair.Create(status, 3L)])));
        }
    }

    private static DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Berlin);

    private static ActivityBucket[] Hours(DateTimeOffset first, int count) =>
        [.. Enumerable.Range(0, count).Select(hour => new ActivityBucket(first.AddHours(hour), ImmutableSortedDictionary<MessageStatus, long>.Empty.Add(MessageStatus.Forwarded, 1)))];
}
