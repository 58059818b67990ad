using EmailRouting.Delivery;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailRouting.Tests.Delivery;

public sealed class HostSetsTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Attempts_that_fail_together_are_one_failure_and_a_success_forgets_them()
    {
        var sets = new HostSets(_clock, () => 0, limit: 10);
        sets.Enter("d");
        sets.Enter("d");
        sets.LeaveWithTrouble("d");
        sets.LeaveWithTrouble("d");
        Assert.False(sets.IsReady("d"));

        _clock.Advance(BackOff.First);
        Assert.True(sets.IsReady("d"));

        sets.Enter("d");
        sets.LeaveWithTrouble("d");
        _clock.Advance(BackOff.First);
        Assert.False(sets.IsReady("d"));

        sets.Enter("d");
        sets.LeaveWithSuccess("d");
        Assert.True(sets.IsReady("d"));
    }

    [Fact]
    public void A_host_set_at_its_limit_is_not_ready_and_others_are()
    {
        var sets = new HostSets(_clock, () => 0, limit: 1);
        sets.Enter("d");

        Assert.False(sets.IsReady("d"));
        Assert.True(sets.IsReady("e"));

        sets.Leave("d");
        Assert.True(sets.IsReady("d"));
    }
}
