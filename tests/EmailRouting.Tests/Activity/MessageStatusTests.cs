using EmailRouting.Activity;
using EmailRouting.Mail;
using EmailRouting.Storage;
using Xunit;
using static EmailRouting.Tests.Activity.Records;

namespace EmailRouting.Tests.Activity;

/// <summary>One word for what became of a message, and how it follows from what is written down, in whatever order that comes.</summary>
public sealed class MessageStatusTests
{
    [Theory]
    [InlineData("delivered", MessageStatus.Forwarded)]
    [InlineData("queued", MessageStatus.Queued)]
    [InlineData("held", MessageStatus.Quarantined)]
    [InlineData("dropped", MessageStatus.Dropped)]
    [InlineData("refused", MessageStatus.Rejected)]
    [InlineData("deferred", MessageStatus.TemporarilyRejected)]
    [InlineData("already-taken", MessageStatus.Duplicate)]
    [InlineData("abandoned", MessageStatus.Abandoned)]
    public async Task A_transaction_alone_has_the_status_of_its_result(string result, MessageStatus status)
    {
        await using ActivityOnDisk activity = await ActivityOnDisk.CreateAsync();
        MailId id = Id();

        await activity.WriteAsync(Received(id, result));

        Assert.Equal(status, await activity.StatusAsync(id));
    }

    /// <summary>The attempts, as <c>result</c> or <c>result@destination</c>, of a message that went to the queue.</summary>
    [Theory]
    [InlineData("delivered", 1, MessageStatus.Forwarded)]
    [InlineData("deferred", 1, MessageStatus.Delayed)]
    [InlineData("deferred delivered", 1, MessageStatus.Forwarded)]
    [InlineData("refused bounced", 1, MessageStatus.Bounced)]
    [InlineData("refused failed", 1, MessageStatus.Failed)]
    [InlineData("refused failed delivered", 1, MessageStatus.Forwarded)]
    [InlineData("deferred dropped", 1, MessageStatus.Dropped)]
    [InlineData("deferred redirected", 1, MessageStatus.Queued)]
    [InlineData("deferred redirected delivered@b", 1, MessageStatus.Forwarded)]
    [InlineData("refused redirected deferred@b", 1, MessageStatus.Delayed)]
    [InlineData("delivered", 2, MessageStatus.Queued)]
    [InlineData("delivered delivered@b", 2, MessageStatus.Forwarded)]
    [InlineData("delivered deferred@b", 2, MessageStatus.Delayed)]
    [InlineData("delivered refused@b bounced@b", 2, MessageStatus.Bounced)]
    [InlineData("deferred failed@b", 2, MessageStatus.Failed)]
    [InlineData("bounced failed@b", 2, MessageStatus.Failed)]
    [InlineData("delivered dropped@b", 2, MessageStatus.Forwarded)]
    [InlineData("dropped dropped@b", 2, MessageStatus.Dropped)]
    [InlineData("deferred redirected delivered@b delivered@b", 2, MessageStatus.Forwarded)]
    [InlineData("delivered dropped", 1, MessageStatus.Forwarded)]
    public async Task A_queued_message_has_the_status_of_what_is_worst_for_it(string attempts, int owed, MessageStatus status)
    {
        await using ActivityOnDisk activity = await ActivityOnDisk.CreateAsync();
        ActivityRecord[] Story(MailId id) =>
            [Received(id, "queued", owed: owed), .. attempts.Split(' ').Select(word => word.Split('@')).Select(word => Attempt(id, word[0], $"{(word.Length > 1 ? word[1] : "a")}@far.example"))];

        // All at once, one after the other, and with the transaction written down last.
        MailId together = Id();
        await activity.WriteAsync(Story(together));
        MailId apart = Id();
        foreach (ActivityRecord record in Story(apart))
        {
            await activity.WriteAsync(record);
        }

        MailId late = Id();
        foreach (ActivityRecord record in Story(late).Skip(1).Append(Story(late)[0]))
        {
            await activity.WriteAsync(record);
        }

        Assert.Equal((status, status, status), (await activity.StatusAsync(together), await activity.StatusAsync(apart), await activity.StatusAsync(late)));
        Assert.Equal(3, (await activity.FindAsync(new ActivityFilter { Status = status })).Length);
        Assert.Equal(3, Assert.Single((await activity.CountsAsync()).Totals, total => total.Key == status).Value);
        Assert.Equal(3, (await activity.CountsAsync("ours.test")).Totals.Values.Sum());
    }

    [Fact]
    public async Task A_client_that_leaves_after_every_recipient_was_refused_was_rejected()
    {
        await using ActivityOnDisk activity = await ActivityOnDisk.CreateAsync();
        MailId refused = Id(), later = Id(), left = Id(), nothing = Id();

        await activity.WriteAsync(
            Received(refused, "abandoned", [Refuse("no@ours.test"), Refuse("one@ours.test", "450 4.2.0 Later")]),
            Received(later, "abandoned", [Refuse("one@ours.test", "450 4.2.0 Later")]),
            Received(left, "abandoned", [Forward("alias@ours.test"), Refuse("no@ours.test")]),
            Received(nothing, "abandoned", []));

        Assert.Equal(MessageStatus.Rejected, await activity.StatusAsync(refused));
        Assert.Equal(MessageStatus.TemporarilyRejected, await activity.StatusAsync(later));
        Assert.Equal(MessageStatus.Abandoned, await activity.StatusAsync(left));
        Assert.Equal(MessageStatus.Abandoned, await activity.StatusAsync(nothing));
    }

    [Fact]
    public async Task A_message_that_could_not_be_stored_and_was_delivered_all_the_same_is_forwarded()
    {
        await using ActivityOnDisk activity = await ActivityOnDisk.CreateAsync();
        MailId id = Id();

        await activity.WriteAsync(Received(id, "deferred"));
        await activity.WriteAsync(Attempt(id, "delivered"));

        Assert.Equal(MessageStatus.Forwarded, await activity.StatusAsync(id));
    }

    [Fact]
    public async Task A_record_that_comes_twice_is_counted_once()
    {
        await using ActivityOnDisk activity = await ActivityOnDisk.CreateAsync();
        MailId id = Id();

        await activity.WriteAsync(Received(id, "delivered"), Received(id, "refused"));
        await activity.WriteAsync(Received(id, "refused"));

        Assert.Equal(MessageStatus.Forwarded, await activity.StatusAsync(id));
        Assert.Equal(1, (await activity.CountsAsync()).Totals.Values.Sum());
    }

    [Fact]
    public async Task What_the_operator_does_in_another_process_changes_the_status_too()
    {
        await using ActivityOnDisk activity = await ActivityOnDisk.CreateAsync();
        MailId id = Id();
        await activity.WriteAsync(Received(id, "queued"), Attempt(id, "deferred"));

        await activity.Journal.EndedAsync(id, Queue.TemporaryQueue.To("inbox@far.example"), "dropped", "by the operator", CancellationToken.None);

        Assert.Equal(MessageStatus.Dropped, await activity.StatusAsync(id));
        Assert.Equal(["deferred", "dropped"], (await activity.ShowAsync(id)).Attempts.Select(a => a.Result));
        Assert.Equal(MessageStatus.Dropped, Assert.Single((await activity.CountsAsync()).Totals).Key);
    }

    [Fact]
    public void Every_status_has_a_word_of_its_own()
    {
        Assert.Equal(Enum.GetValues<MessageStatus>().Length, MessageStatusWord.All.Distinct().Count());
        Assert.All(Enum.GetValues<MessageStatus>(), status => Assert.True(MessageStatusWord.TryParse(status.ToWord(), out MessageStatus read) && read == status));
        Assert.False(MessageStatusWord.TryParse("lost", out _));
    }
}
