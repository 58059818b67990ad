using EmailRouting.Activity;
using EmailRouting.Mail;
using Xunit;
using static EmailRouting.Tests.Activity.Records;

namespace EmailRouting.Tests.Activity;

public sealed class ActivityFeedTests
{
    private readonly ActivityFeed _feed = new();

    [Fact]
    public async Task Everybody_who_watches_gets_every_record_from_then_on()
    {
        _feed.Publish(Received(Id(), "dropped"));
        using ActivitySubscription one = _feed.Subscribe(domains: null, buffer: 10);
        using ActivitySubscription two = _feed.Subscribe(domains: null, buffer: 10);
        MailId id = Id();
        ActivityRecord[] records = [Attempt(id, "delivered"), Received(id, "delivered")];

        _feed.Publish(records[0]);
        _feed.Publish(records[1]);

        Assert.Equal(records, await ReadAsync(one, 2));
        Assert.Equal(records, await ReadAsync(two, 2));
    }

    [Fact]
    public async Task Who_does_not_keep_up_loses_the_oldest_and_is_told_how_many()
    {
        using ActivitySubscription slow = _feed.Subscribe(domains: null, buffer: 3);
        MailId[] ids = [.. Enumerable.Range(0, 10).Select(_ => Id())];

        foreach (MailId id in ids)
        {
            _feed.Publish(Received(id, "delivered"));
        }

        Assert.Equal(7, slow.Dropped);
        Assert.Equal(ids[7..], (await ReadAsync(slow, 3)).Select(r => ((MessageRecord)r).Id));
    }

    [Fact]
    public async Task Who_watches_one_domain_sees_nothing_of_another()
    {
        using ActivitySubscription ours = _feed.Subscribe(["ours.test"], buffer: 10);
        MailId id = Id();

        _feed.Publish(Received(Id(), "delivered", "b@theirs.test"));
        _feed.Publish(Attempt(Id(), "delivered", aliases: "b@theirs.test"));
        _feed.Publish(Received(Id(), "abandoned", []));
        _feed.Publish(Received(id, "queued", [Forward("b@theirs.test"), Forward("A@Ours.TEST")]));
        _feed.Publish(Attempt(id, "delivered", aliases: "b@theirs.test A@Ours.TEST"));

        ActivityRecord[] seen = await ReadAsync(ours, 2);
        Assert.Equal("A@Ours.TEST", Assert.Single(Assert.IsType<MessageRecord>(seen[0]).Recipients).Alias);
        Assert.Equal("A@Ours.TEST", Assert.IsType<AttemptRecord>(seen[1]).Aliases);
        Assert.Equal(0, ours.Dropped);
    }

    [Fact]
    public async Task Who_leaves_gets_nothing_more_and_its_reading_ends()
    {
        ActivitySubscription left = _feed.Subscribe(domains: null, buffer: 10);
        ValueTask<ActivityRecord[]> all = left.ReadAllAsync(TestContext.Current.CancellationToken).ToArrayAsync(TestContext.Current.CancellationToken);

        left.Dispose();
        _feed.Publish(Received(Id(), "delivered"));

        Assert.Empty(await all);
    }

    private static async Task<ActivityRecord[]> ReadAsync(ActivitySubscription subscription, int count) =>
        await subscription.ReadAllAsync(TestContext.Current.CancellationToken).Take(count).ToArrayAsync(TestContext.Current.CancellationToken);
}
