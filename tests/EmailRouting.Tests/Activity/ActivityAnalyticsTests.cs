using EmailRouting.Activity;
using EmailRouting.Mail;
using EmailRouting.Storage;
using Xunit;
using static EmailRouting.Tests.Activity.Records;

namespace EmailRouting.Tests.Activity;

public sealed class ActivityAnalyticsTests
{
    private static readonly DateTimeOffset Noon = ActivityOnDisk.Noon;

    [Theory]
    [InlineData(ActivityInterval.Minute, "3 1 0 2")]
    [InlineData(ActivityInterval.FiveMinutes, "6")]
    [InlineData(ActivityInterval.Hour, "6")]
    [InlineData(ActivityInterval.Day, "6")]
    public async Task Messages_are_counted_by_interval_with_the_empty_ones_between(ActivityInterval interval, string expected)
    {
        await using ActivityOnDisk activity = await ActivityOnDisk.CreateAsync();
        foreach (int second in (int[])[0, 1, 59, 60, 180, 239])
        {
            await activity.WriteAsync(Received(Id(Noon.AddSeconds(second)), "delivered", at: Noon.AddSeconds(second)));
        }

        ActivityCounts counts = await activity.Analytics.CountsAsync(Noon.AddSeconds(1), Noon.AddSeconds(181), interval, domains: null, CancellationToken.None);

        Assert.Equal(expected, string.Join(' ', counts.Buckets.Select(b => b.Messages.Values.Sum())));
        Assert.Equal(6, counts.Totals[MessageStatus.Forwarded]);
        Assert.Equal(interval == ActivityInterval.Day ? Noon.AddHours(-12) : Noon, counts.Buckets[0].Start);
    }

    [Fact]
    public async Task A_message_for_two_zones_counts_once_in_each_and_once_in_all()
    {
        await using ActivityOnDisk activity = await ActivityOnDisk.CreateAsync();

        await activity.WriteAsync(
            Received(Id(), "delivered", [Forward("a@ours.test"), Forward("b@ours.test"), Forward("c@theirs.test")]),
            Received(Id(), "dropped", [Drop("c@theirs.test")]));

        Assert.Equal(2, (await activity.CountsAsync()).Totals.Values.Sum());
        Assert.Equal(1, (await activity.CountsAsync("ours.test")).Totals.Values.Sum());
        Assert.Equal([1L, 1L], (await activity.CountsAsync("theirs.test")).Totals.Values);
        Assert.Empty((await activity.CountsAsync("nowhere.test")).Totals);
    }

    [Fact]
    public async Task More_intervals_than_a_chart_can_show_are_not_counted()
    {
        await using ActivityOnDisk activity = await ActivityOnDisk.CreateAsync();

        Assert.Equal(1440, ActivityAnalytics.BucketsBetween(Noon, Noon.AddDays(1), ActivityInterval.Minute));
        Assert.Equal(2, ActivityAnalytics.BucketsBetween(Noon, Noon.AddHours(13), ActivityInterval.Day));
        Assert.Equal(0, ActivityAnalytics.BucketsBetween(Noon, Noon.AddHours(-13), ActivityInterval.Day));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => activity.Analytics.CountsAsync(Noon, Noon.AddDays(30), ActivityInterval.Minute, domains: null, CancellationToken.None));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    public async Task The_busiest_aliases_are_those_that_most_mail_was_accepted_for(int days)
    {
        await using ActivityOnDisk activity = await ActivityOnDisk.CreateAsync();
        await activity.WriteAsync(
            Received(Id(), "delivered", "a@ours.test"),
            Received(Id(), "queued", "B@ours.test"),
            Received(Id(), "delivered", "b@ours.test"),
            Received(Id(), "delivered", "c@theirs.test"),
            Received(Id(), "abandoned", [Refuse("d@ours.test")]),
            Received(Id(), "abandoned", [Refuse("d@ours.test")]),
            Received(Id(Noon.AddDays(-days)), "delivered", "a@ours.test", Noon.AddDays(-days)));

        DateTimeOffset from = Noon.AddDays(-days).AddSeconds(1);
        DateTimeOffset until = Noon.AddSeconds(1);

        Assert.Equal(
            [new AliasCount("b@ours.test", 2), new AliasCount("a@ours.test", 1), new AliasCount("c@theirs.test", 1)],
            await activity.Analytics.BusiestAliasesAsync(from, until, domains: null, 10, CancellationToken.None));
        Assert.Equal(
            [new AliasCount("b@ours.test", 2)], await activity.Analytics.BusiestAliasesAsync(from, until, ["ours.test"], 1, CancellationToken.None));
    }

    [Fact]
    public async Task Refusals_are_counted_by_their_codes_wherever_they_were_made()
    {
        await using ActivityOnDisk activity = await ActivityOnDisk.CreateAsync();
        MailId bounced = Id(), failed = Id();
        await activity.WriteAsync(
            Received(Id(), "abandoned", [Refuse("x@ours.test"), Refuse("y@ours.test")]),
            Received(Id(), "refused", [Forward("a@ours.test"), Forward("a@theirs.test"), Refuse("x@ours.test")]),
            Received(Id(), "deferred"),
            Received(bounced, "queued"));
        await activity.WriteAsync(Attempt(bounced, "refused", reply: "552 5.2.2 Full"), Attempt(bounced, "bounced", reply: "552 5.2.2 Full"));
        await activity.WriteAsync(Attempt(failed, "failed", reply: "550 No"));
        await activity.WriteAsync(Received(failed, "queued"));

        Assert.Equal(
            [new RefusalCount("550 5.1.1", 3), new RefusalCount("451 4.3.0", 1), new RefusalCount("550", 1), new RefusalCount("550 5.7.1", 1), new RefusalCount("552 5.2.2", 1)],
            await activity.Analytics.RefusalsAsync(Noon.AddHours(-1), Noon.AddHours(1), domains: null, 10, CancellationToken.None));
        Assert.Equal(
            [new RefusalCount("550 5.7.1", 1)],
            await activity.Analytics.RefusalsAsync(Noon.AddHours(-1), Noon.AddHours(1), ["theirs.test"], 10, CancellationToken.None));
    }

    [Theory]
    [InlineData("550 5.1.1 No such mailbox", "550 5.1.1")]
    [InlineData("421", "421")]
    [InlineData("554 no status", "554")]
    [InlineData("550 2.0.0 a liar", "550")]
    [InlineData("550 5.1.1.1 x", "550")]
    [InlineData("550 5.1.99999 x", "550")]
    [InlineData("250 2.0.0 OK", null)]
    [InlineData("5501 x", null)]
    [InlineData("the connection ended", null)]
    [InlineData("", null)]
    public void A_reason_is_the_codes_without_the_words(string reply, string? reason) => Assert.Equal(reason, ReplyReason.Of(reply));
}
