using EmailRouting.Mail;
using EmailRouting.Queue;
using EmailRouting.Storage;
using Xunit;

namespace EmailRouting.Tests.Queue;

public sealed class QueueOperatorTests
{
    [Fact]
    public async Task What_is_held_is_not_claimed_and_does_not_age()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        AcceptedMail mail = await queue.AcceptDueAsync();
        queue.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, await queue.Operator.HoldAsync(mail.Id, CancellationToken.None));
        Assert.Equal(0, await queue.Operator.HoldAsync(mail.Id, CancellationToken.None));
        Assert.Equal(0, await queue.Operator.RetryAsync(mail.Id, CancellationToken.None));
        queue.Clock.Advance(TimeSpan.FromDays(20));
        Assert.Empty(await queue.ClaimAsync());

        Assert.Equal(1, await queue.Operator.ReleaseAsync(mail.Id, CancellationToken.None));

        ClaimedDelivery claimed = Assert.Single(await queue.ClaimAsync());
        Assert.Equal(TimeSpan.FromHours(1), queue.Now - claimed.AgesFrom);
    }

    [Fact]
    public async Task Held_during_its_attempt_it_stays_held_unless_it_was_delivered()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        AcceptedMail mail = await queue.AcceptDueAsync();
        ClaimedDelivery claimed = Assert.Single(await queue.ClaimAsync());
        await queue.Operator.HoldAsync(mail.Id, CancellationToken.None);
        Assert.Null(await queue.Store.LoadAsync(claimed.Claim, CancellationToken.None));

        Assert.True(await queue.Store.SettleAsync(claimed.Claim, new Settlement.Retry(queue.Now, "451 later"), queue.Now, CancellationToken.None));

        QueueEntry entry = Assert.Single(await queue.Operator.ShowAsync(mail.Id, CancellationToken.None));
        Assert.Equal((QueueDbState.Held, "451 later", 1), (entry.State, entry.LastReply, entry.Attempts));
        Assert.Empty(await queue.ClaimAsync());
    }

    [Fact]
    public async Task What_is_dropped_during_its_attempt_settles_into_nothing()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        AcceptedMail mail = await queue.AcceptDueAsync(mail: queue.SpooledMail(new byte[300_000]));
        ClaimedDelivery claimed = Assert.Single(await queue.ClaimAsync());

        Assert.Single(await queue.Operator.DropAsync(mail.Id, CancellationToken.None));

        Assert.False(await queue.Store.SettleAsync(claimed.Claim, new Settlement.Retry(queue.Now, "451 later"), queue.Now, CancellationToken.None));
        Assert.Empty(await queue.Operator.ShowAsync(mail.Id, CancellationToken.None));
        Assert.Equal(0, await queue.MessagesAsync());
        Assert.Empty(Directory.GetFiles(queue.Directory.Spool));
        Assert.Empty(await queue.Operator.DropAsync(mail.Id, CancellationToken.None));
    }

    [Fact]
    public async Task What_failed_is_listed_and_begins_anew_when_it_is_retried()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        AcceptedMail mail = await queue.AcceptDueAsync();
        ClaimedDelivery claimed = Assert.Single(await queue.ClaimAsync());
        await queue.Store.SettleAsync(claimed.Claim, new Settlement.Failed(claimed.Target, "550 5.1.1 no", Report: null), queue.Now, CancellationToken.None);
        queue.Clock.Advance(TimeSpan.FromDays(9));
        Assert.Empty(await queue.ClaimAsync());
        Assert.Equal(
            "550 5.1.1 no",
            Assert.Single(await queue.Operator.ListAsync(new QueueFilter(QueueDbState.Failed, null, null, 10), CancellationToken.None)).LastReply);

        Assert.Equal(1, await queue.Operator.RetryAsync(mail.Id, CancellationToken.None));

        ClaimedDelivery again = Assert.Single(await queue.ClaimAsync());
        Assert.Equal((0, queue.Now), (again.Attempts, again.AgesFrom));
    }

    [Fact]
    public async Task Failed_mail_is_purged_when_its_time_is_over()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        AcceptedMail mail = await queue.AcceptDueAsync();
        ClaimedDelivery claimed = Assert.Single(await queue.ClaimAsync());
        await queue.Store.SettleAsync(claimed.Claim, new Settlement.Failed(claimed.Target, "550", Report: null), queue.Now, CancellationToken.None);
        DateTimeOffset failed = queue.Now;

        Assert.Empty(await queue.Store.PurgeFailedAsync(failed, CancellationToken.None));
        Assert.Equal(mail.Id, Assert.Single(await queue.Store.PurgeFailedAsync(failed.AddSeconds(1), CancellationToken.None)).MessageId);
        Assert.Equal(0, await queue.MessagesAsync());
    }

    [Fact]
    public async Task Lists_come_in_pages_and_are_searched_by_any_address()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        for (int i = 0; i < 25; i++)
        {
            await queue.AcceptDueAsync($"n{i}@dest.example");
        }

        List<QueueEntry> all = [];
        IReadOnlyList<QueueEntry> page;
        do
        {
            page = await queue.Operator.ListAsync(new QueueFilter(QueueDbState.Queued, null, all.LastOrDefault()?.MessageId, 10), CancellationToken.None);
            all.AddRange(page);
        }
        while (page.Count > 0);

        Assert.Equal(25, all.Select(entry => entry.MessageId).Distinct().Count());
        Assert.Single(await queue.Operator.ListAsync(new QueueFilter(null, "n7@dest", null, 100), CancellationToken.None));
        Assert.Equal(25, (await queue.Operator.ListAsync(new QueueFilter(null, "alias@ours", null, 100), CancellationToken.None)).Length);
        Assert.Equal(25, (await queue.Operator.ListAsync(new QueueFilter(null, "sender@there", null, 100), CancellationToken.None)).Length);
        Assert.Empty(await queue.Operator.ListAsync(new QueueFilter(null, "n_@dest", null, 100), CancellationToken.None));
    }
}
