using EmailRouting.Delivery;
using Xunit;

namespace EmailRouting.Tests.Delivery;

public sealed class ProviderPaceTests
{
    private readonly ProviderPace _pace = new(most: 40, least: TimeSpan.Zero);
    private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

    [Fact]
    public void Who_asks_for_less_gets_half_after_a_moment_and_all_again_with_time()
    {
        Assert.True(Says(ReputationSign.Slower, underWay: 20));

        Assert.Equal((ProviderState.Slowed, 10, TimeSpan.FromSeconds(1)), (_pace.State, _pace.Limit, _pace.Interval));
        Assert.Equal(_now + BackOff.First, _pace.Until);

        _now = _pace.Until;
        for (int i = 0; i < 30; i++)
        {
            Assert.Equal(ProviderState.Slowed, _pace.State);
            _pace.Delivered(_now);
        }

        Assert.Equal((ProviderState.Healthy, 40, TimeSpan.Zero), (_pace.State, _pace.Limit, _pace.Interval));
    }

    [Fact]
    public void What_is_said_to_many_at_once_is_said_once()
    {
        Assert.True(Says(ReputationSign.Slower, underWay: 40));
        Assert.All(Enumerable.Range(0, 39), _ => Assert.False(Says(ReputationSign.Slower, underWay: 40)));
        Assert.Equal(20, _pace.Limit);
    }

    [Fact]
    public void Who_goes_on_asking_gets_less_and_less_but_never_nothing()
    {
        TimeSpan last = TimeSpan.Zero;
        for (int i = 0; i < 12; i++)
        {
            Says(ReputationSign.Slower, underWay: 1);
            Assert.True(_pace.Until - _now >= last);
            last = _pace.Until - _now;
            _now = _pace.Until;
        }

        Assert.Equal((1, TimeSpan.FromSeconds(30)), (_pace.Limit, _pace.Interval));
        Assert.Equal(BackOff.After(12, 0), last);
    }

    [Fact]
    public void Refusals_in_a_row_are_a_pause_and_one_message_taken_breaks_the_row()
    {
        Says(ReputationSign.Blocked);
        Says(ReputationSign.Blocked);
        _pace.Delivered(_now);
        Says(ReputationSign.Blocked);
        Says(ReputationSign.Blocked);
        Assert.Equal(ProviderState.Healthy, _pace.State);

        Assert.True(Says(ReputationSign.Blocked));
        Assert.Equal((ProviderState.Paused, _now + ProviderPace.FirstPause), (_pace.State, _pace.Until));
        Assert.Equal(ProviderState.Slowed, _pace.StateAt(_pace.Until));
    }

    [Fact]
    public void After_a_pause_one_refusal_is_a_longer_pause_up_to_the_longest()
    {
        Says(ReputationSign.Blocked);
        Says(ReputationSign.Blocked);
        List<double> minutes = [];
        for (int i = 0; i < 6; i++)
        {
            Says(ReputationSign.Blocked);
            minutes.Add((_pace.Until - _now).TotalMinutes);
            _now = _pace.Until;
        }

        Assert.Equal([5, 10, 20, 40, 60, 60], minutes);
        Assert.Equal(1, _pace.Limit);
    }

    [Fact]
    public void What_was_on_its_way_into_a_pause_does_not_end_it()
    {
        var pace = new ProviderPace(most: 1, least: TimeSpan.Zero);
        for (int i = 0; i < ProviderPace.RefusalsToPause; i++)
        {
            pace.Says(ReputationSign.Blocked, underWay: 1, _now, jitter: 0);
        }

        pace.Delivered(_now);
        Assert.Equal(ProviderState.Paused, pace.State);
    }

    private bool Says(ReputationSign sign, int underWay = 1) => _pace.Says(sign, underWay, _now, jitter: 0);
}
