using System.Collections.Immutable;
using EmailRouting.Activity;
using EmailRouting.Mail;
using Xunit;
using static EmailRouting.Tests.Activity.Records;

namespace EmailRouting.Tests.Activity;

public sealed class RuleUsageTests
{
    private static readonly DateTimeOffset Noon = ActivityOnDisk.Noon;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Mail_counts_for_the_rule_that_decided_whether_or_not_it_is_indexed(bool isIndexed)
    {
        await using ActivityOnDisk activity = await ActivityOnDisk.CreateAsync();
        Guid rule = Guid.NewGuid(), other = Guid.NewGuid(), unused = Guid.NewGuid();
        MailId last = Id(Noon.AddHours(2));
        await activity.WriteAsync(
            Received(Id(Noon), "delivered", [Forward("a@ours.test", rule)]),
            Received(last, "delivered", [Forward("a@ours.test", rule), Forward("b@ours.test", other)]));
        if (isIndexed)
        {
            await activity.IndexAsync();
        }

        ImmutableDictionary<Guid, RuleUse> uses = await new RuleUsage(activity.Databases, activity.Index).OfAsync([rule, other, unused], CancellationToken.None);

        Assert.Equal(new RuleUse(2, last.At), uses[rule]);
        Assert.Equal(1, uses[other].Messages);
        Assert.False(uses.ContainsKey(unused));
    }

    [Fact]
    public async Task The_rule_that_was_used_last_comes_first_whether_or_not_it_is_indexed()
    {
        await using ActivityOnDisk activity = await ActivityOnDisk.CreateAsync();
        Guid often = Guid.NewGuid(), last = Guid.NewGuid(), first = Guid.NewGuid();
        await activity.WriteAsync(
            Received(Id(Noon), "delivered", [Forward("c@ours.test", first), Forward("a@ours.test", often)]),
            Received(Id(Noon.AddHours(1)), "delivered", [Forward("a@ours.test", often)]));
        await activity.IndexAsync();
        await activity.WriteAsync(Received(Id(Noon.AddHours(2)), "delivered", [Forward("b@ours.test", last)]));

        Assert.Equal([last, often, first], await new RuleUsage(activity.Databases, activity.Index).LatestAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_message_that_is_indexed_and_changed_since_counts_once()
    {
        await using ActivityOnDisk activity = await ActivityOnDisk.CreateAsync();
        Guid rule = Guid.NewGuid();
        MailId id = Id();
        await activity.WriteAsync(Received(id, "queued", [Forward("a@ours.test", rule)]));
        await activity.IndexAsync();
        await activity.WriteAsync(Attempt(id, "deferred"));

        ImmutableDictionary<Guid, RuleUse> uses = await new RuleUsage(activity.Databases, activity.Index).OfAsync([rule], CancellationToken.None);

        Assert.Equal(1, uses[rule].Messages);
    }

    [Fact]
    public void The_id_of_a_message_tells_when_it_was_made() => Assert.Equal(Noon, MailId.FirstAt(Noon).At);
}
