using EmailRouting.Queue;
using Xunit;

namespace EmailRouting.Tests.Queue;

public sealed class RetryScheduleTests
{
    private static readonly DateTimeOffset Accepted = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly QueueOptions Options = new();

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 10)]
    [InlineData(3, 20)]
    [InlineData(6, 160)]
    [InlineData(7, 240)]
    [InlineData(1_000_000, 240)]
    public void Each_wait_is_twice_the_one_before_up_to_four_hours(int attempts, int minutes)
    {
        Assert.Equal(Accepted.AddMinutes(minutes), RetrySchedule.Next(Options, Options.GiveUpAfter, Accepted, attempts, Accepted, jitter: 0));
    }

    [Fact]
    public void Jitter_adds_up_to_a_quarter()
    {
        Assert.Equal(Accepted.AddMinutes(5).AddSeconds(37.5), RetrySchedule.Next(Options, Options.GiveUpAfter, Accepted, 1, Accepted, jitter: 0.5));
    }

    [Fact]
    public void A_delivery_five_days_old_is_given_up()
    {
        Assert.Null(RetrySchedule.Next(Options, Options.GiveUpAfter, Accepted, 30, Accepted.AddDays(5), jitter: 0));
        Assert.NotNull(RetrySchedule.Next(Options, Options.GiveUpAfter, Accepted, 30, Accepted.AddDays(5).AddMilliseconds(-1), jitter: 0));
    }

    [Fact]
    public void The_last_attempt_is_at_the_end_and_not_after_it()
    {
        Assert.Equal(Accepted.AddDays(5), RetrySchedule.Next(Options, Options.GiveUpAfter, Accepted, 30, Accepted.AddDays(5).AddMinutes(-1), jitter: 0.9));
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(5, 10)]
    [InlineData(10, null)]
    public void Where_a_fallback_has_its_time_the_last_attempt_is_then(int age, int? next)
    {
        DateTimeOffset now = Accepted.AddMinutes(age);

        DateTimeOffset? due = RetrySchedule.Next(Options, TimeSpan.FromMinutes(10), Accepted, attempts: age == 0 ? 1 : 2, now, jitter: 0);

        Assert.Equal(next is { } minutes ? Accepted.AddMinutes(minutes) : null, due);
        Assert.True(RetrySchedule.Postponed(Options, TimeSpan.FromMinutes(10), Accepted, Accepted.AddMinutes(9.9), jitter: 0) <= Accepted.AddMinutes(10));
    }

    [Theory]
    [InlineData(0, 30)]
    [InlineData(60, 30)]
    [InlineData(3600, 900)]
    [InlineData(1_000_000, 1800)]
    public void What_waits_for_a_host_in_back_off_is_looked_at_more_rarely_the_older_it_is(int age, int pause)
    {
        DateTimeOffset now = Accepted.AddSeconds(age);
        Assert.Equal(now.AddSeconds(pause), RetrySchedule.Postponed(Options, Options.GiveUpAfter, Accepted, now, jitter: 0));
    }
}
