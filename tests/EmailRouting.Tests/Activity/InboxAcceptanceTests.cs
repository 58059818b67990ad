using EmailRouting.Activity;
using EmailRouting.Mail;
using Xunit;
using static EmailRouting.Tests.Activity.Records;

namespace EmailRouting.Tests.Activity;

public sealed class InboxAcceptanceTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_still_on_its_way_does_not_count(bool isIndexed)
    {
        await using ActivityOnDisk activity = await ActivityOnDisk.CreateAsync();
        await OfferAsync(activity, "inbox@far.example", "deferred", "delivered");
        await OfferAsync(activity, "INBOX@far.example", "delivered");
        await OfferAsync(activity, "inbox@far.example", "refused");
        await OfferAsync(activity, "inbox@far.example", "deferred");
        await OfferAsync(activity, "far@inbox.example", "refused");
        if (isIndexed)
        {
            await activity.IndexAsync();
        }

        Assert.Equal(new AcceptanceCounts(2, 1), await new InboxAcceptance(activity.Databases, activity.Index).OfAsync("inbox@far.example", domains: null, CancellationToken.None));
    }

    [Fact]
    public async Task What_was_sent_for_other_domains_is_not_told()
    {
        await using ActivityOnDisk activity = await ActivityOnDisk.CreateAsync();
        await OfferAsync(activity, "inbox@far.example", "delivered");
        await activity.IndexAsync();
        var acceptance = new InboxAcceptance(activity.Databases, activity.Index);

        Assert.Equal(1, (await acceptance.OfAsync("inbox@far.example", ["ours.test"], CancellationToken.None)).Total);
        Assert.Equal(0, (await acceptance.OfAsync("inbox@far.example", ["theirs.test"], CancellationToken.None)).Total);
        Assert.Equal(0, (await acceptance.OfAsync("inbox@far.example", [], CancellationToken.None)).Total);
    }

    private static async Task OfferAsync(ActivityOnDisk activity, string destination, params string[] results)
    {
        MailId id = Id();
        await activity.WriteAsync([Received(id, "queued"), .. results.Select((result, i) => Attempt(id, result, destination, number: i + 1))]);
    }
}
