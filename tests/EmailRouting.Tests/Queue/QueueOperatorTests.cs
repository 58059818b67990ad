using EmailRouting.Mail;
using EmailRouting.Queue;
using EmailRouting.Smtp;
using EmailRouting.Storage;
using Xunit;

namespace EmailRouting.Tests.Queue;

public sealed class QueueOperatorTests
{
    private static CancellationToken Stop => CancellationToken.None;

    [Fact]
    public async Task What_is_held_is_not_claimed_and_does_not_age()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        var message = new QueueSelection((await queue.AcceptDueAsync()).Id);
        queue.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(QueueDbState.Held, Assert.Single((await queue.Operator.HoldAsync(message, Stop)).After).State);
        QueueChange again = await queue.Operator.HoldAsync(message, Stop);
        Assert.True(again is { IsKnown: true, HasChanged: false });
        Assert.Equal(QueueDbState.Held, Assert.Single(again.Untouched).State);
        Assert.False((await queue.Operator.RetryAsync(message, Stop)).HasChanged);
        queue.Clock.Advance(TimeSpan.FromDays(20));
        Assert.Empty(await queue.ClaimAsync());

        QueueChange released = await queue.Operator.ReleaseAsync(message, Stop);

        Assert.Equal((QueueDbState.Held, QueueDbState.Queued), (released.Before[0].State, released.After[0].State));
        ClaimedDelivery claimed = Assert.Single(await queue.ClaimAsync());
        Assert.Equal(TimeSpan.FromHours(1), queue.Now - claimed.AgesFrom);
    }

    [Fact]
    public async Task Held_during_its_attempt_it_stays_held_unless_it_was_delivered()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        var message = new QueueSelection((await queue.AcceptDueAsync()).Id);
        ClaimedDelivery claimed = Assert.Single(await queue.ClaimAsync());
        await queue.Operator.HoldAsync(message, Stop);
        Assert.Null(await queue.Store.LoadAsync(claimed.Claim, Stop));

        Assert.True(await queue.Store.SettleAsync(claimed.Claim, new Settlement.Retry(queue.Now, "451 later"), queue.Now, Stop));

        QueueEntry entry = Assert.Single(await queue.Operator.ShowAsync(message, Stop));
        Assert.Equal((QueueDbState.Held, "451 later", 1), (entry.State, entry.LastReply, entry.Attempts));
        Assert.Empty(await queue.ClaimAsync());
    }

    [Fact]
    public async Task What_is_dropped_during_its_attempt_settles_into_nothing()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        AcceptedMail mail = await queue.AcceptDueAsync(mail: queue.SpooledMail(new byte[300_000]));
        var message = new QueueSelection(mail.Id);
        ClaimedDelivery claimed = Assert.Single(await queue.ClaimAsync());

        QueueChange dropped = await queue.Operator.DropAsync(message, Stop);

        Assert.True(Assert.Single(dropped.Before).IsUnderWay);
        Assert.Empty(dropped.After);
        Assert.False(await queue.Store.SettleAsync(claimed.Claim, new Settlement.Retry(queue.Now, "451 later"), queue.Now, Stop));
        Assert.Empty(await queue.Operator.ShowAsync(message, Stop));
        Assert.Equal(0, await queue.MessagesAsync());
        Assert.Empty(Directory.GetFiles(queue.Directory.Spool));
        Assert.Equal([(mail.Id, "dropped")], queue.Ends.Select(end => (end.Id, end.End)));
        Assert.False((await queue.Operator.DropAsync(message, Stop)).IsKnown);
        Assert.Single(queue.Ends);
    }

    [Fact]
    public async Task What_failed_is_listed_and_begins_anew_when_it_is_retried()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        AcceptedMail mail = await queue.AcceptDueAsync();
        ClaimedDelivery claimed = Assert.Single(await queue.ClaimAsync());
        await queue.Store.SettleAsync(claimed.Claim, new Settlement.Failed(claimed.Target, "550 5.1.1 no", Report: null), queue.Now, Stop);
        queue.Clock.Advance(TimeSpan.FromDays(9));
        Assert.Empty(await queue.ClaimAsync());
        Assert.Equal("550 5.1.1 no", Assert.Single(await EntriesAsync(queue, new QueueFilter(10) { State = QueueDbState.Failed })).LastReply);

        Assert.True((await queue.Operator.RetryAsync(new QueueSelection(mail.Id), Stop)).HasChanged);

        ClaimedDelivery again = Assert.Single(await queue.ClaimAsync());
        Assert.Equal((0, queue.Now), (again.Attempts, again.AgesFrom));
    }

    [Fact]
    public async Task Failed_mail_is_purged_when_its_time_is_over()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        AcceptedMail mail = await queue.AcceptDueAsync();
        ClaimedDelivery claimed = Assert.Single(await queue.ClaimAsync());
        await queue.Store.SettleAsync(claimed.Claim, new Settlement.Failed(claimed.Target, "550", Report: null), queue.Now, Stop);
        DateTimeOffset failed = queue.Now;

        Assert.Empty(await queue.Store.PurgeFailedAsync(failed, Stop));
        Assert.Equal(mail.Id, Assert.Single(await queue.Store.PurgeFailedAsync(failed.AddSeconds(1), Stop)).MessageId);
        Assert.Equal(0, await queue.MessagesAsync());
    }

    [Fact]
    public async Task An_act_on_one_delivery_leaves_the_others_of_its_message_alone()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        AcceptedMail mail = queue.Mail();
        await AcceptAsync(queue, mail, TemporaryQueue.To("a@one.example"), TemporaryQueue.To("b@two.example"), TemporaryQueue.To("c@three.example"));
        var message = new QueueSelection(mail.Id);
        QueueEntry second = (await queue.Operator.ShowAsync(message, Stop)).Single(entry => entry.Target.Destination.Text == "b@two.example");
        QueueSelection one = message with { Delivery = second.Id };

        Assert.Equal(second.Id, Assert.Single((await queue.Operator.HoldAsync(one, Stop)).After).Id);
        Assert.Equal(["a@one.example", "c@three.example"], (await queue.ClaimAsync()).Select(d => d.Target.Destination.Text).Order());
        Assert.Single((await queue.Operator.ReleaseAsync(one, Stop)).After);
        Assert.Single((await queue.Operator.RetryAsync(one, Stop)).After);
        Assert.Single((await queue.Operator.DropAsync(one, Stop)).Before);
        Assert.Equal(2, (await queue.Operator.ShowAsync(message, Stop)).Length);
        Assert.Equal(1, await queue.MessagesAsync());
        Assert.False((await queue.Operator.DropAsync(one, Stop)).IsKnown);
        Assert.Equal(2, (await queue.Operator.DropAsync(message, Stop)).Before.Length);
        Assert.Equal(0, await queue.MessagesAsync());
    }

    [Fact]
    public async Task Redirected_mail_is_owed_to_another_inbox_as_if_it_had_come_for_that_one_now()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        AcceptedMail mail = queue.Mail();
        var fallback = new Fallback(TemporaryQueue.Address("spare@four.example"), null);
        await AcceptAsync(queue, mail, TemporaryQueue.To("a@one.example") with { Fallback = fallback });
        ClaimedDelivery claimed = Assert.Single(await queue.ClaimAsync());
        await queue.Store.SettleAsync(claimed.Claim, new Settlement.Failed(claimed.Target, "550 5.1.1 no", Report: null), queue.Now, Stop);
        queue.Clock.Advance(TimeSpan.FromDays(9));

        QueueChange change = await queue.Operator.RedirectAsync(new QueueSelection(mail.Id), TemporaryQueue.Address("new@two.example"), Stop);

        Assert.Equal(("a@one.example", "new@two.example"), (Assert.Single(change.Before).Target.Destination.Text, Assert.Single(change.After).Target.Destination.Text));
        Assert.Equal([(mail.Id, "a@one.example", "redirected")], queue.Ends.Select(end => (end.Id, end.Target.Destination.Text, end.End)));
        Assert.Empty(await queue.ClaimAsync(10, "two.example"));
        ClaimedDelivery redirected = Assert.Single(await queue.ClaimAsync());
        Assert.Equal(("new@two.example", null, 0, queue.Now), (redirected.Target.Destination.Text, redirected.Target.Fallback, redirected.Attempts, redirected.AgesFrom));
        Assert.Equal(claimed.Target.Aliases, redirected.Target.Aliases);
    }

    [Fact]
    public async Task Several_deliveries_redirected_to_one_inbox_are_one_copy_for_all_their_aliases()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        AcceptedMail mail = queue.Mail();
        await AcceptAsync(
            queue,
            mail,
            TemporaryQueue.To("a@one.example", alias: "x@ours.example"),
            TemporaryQueue.To("b@two.example", alias: "y@theirs.example"),
            TemporaryQueue.To("new@three.example", alias: "z@ours.example"));

        QueueChange change = await queue.Operator.RedirectAsync(new QueueSelection(mail.Id), TemporaryQueue.Address("new@three.example"), Stop);

        Assert.Equal((2, 1, 1), (change.Before.Length, change.After.Length, change.Untouched.Length));
        Assert.Equal(["x@ours.example", "y@theirs.example"], change.After[0].Target.Aliases.Select(alias => alias.Alias.Text));
        Assert.Equal(2, (await queue.Operator.ShowAsync(new QueueSelection(mail.Id), Stop)).Length);
        Assert.Equal(1, (await queue.Operator.ListAsync(new QueueFilter(10) { Domains = ["theirs.example"] }, Stop)).Total);
    }

    [Fact]
    public async Task What_is_being_attempted_is_not_redirected_and_what_is_held_stays_held()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        var message = new QueueSelection((await queue.AcceptDueAsync()).Id);
        ClaimedDelivery claimed = Assert.Single(await queue.ClaimAsync());
        EmailAddress elsewhere = TemporaryQueue.Address("new@two.example");
        Assert.True((await queue.Operator.RedirectAsync(message, elsewhere, Stop)).Untouched.Single().IsUnderWay);

        // Held first: nothing begins it again, and when the attempt has ended it can be redirected.
        await queue.Operator.HoldAsync(message, Stop);
        Assert.False((await queue.Operator.RedirectAsync(message, elsewhere, Stop)).HasChanged);
        await queue.Store.SettleAsync(claimed.Claim, new Settlement.Retry(queue.Now, "451 later"), queue.Now, Stop);
        Assert.Equal(QueueDbState.Held, Assert.Single((await queue.Operator.RedirectAsync(message, elsewhere, Stop)).After).State);
        Assert.Empty(await queue.ClaimAsync());
        queue.Clock.Advance(TimeSpan.FromDays(20));
        await queue.Operator.ReleaseAsync(message, Stop);
        ClaimedDelivery released = Assert.Single(await queue.ClaimAsync());
        Assert.Equal(("new@two.example", queue.Now), (released.Target.Destination.Text, released.AgesFrom));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(400_000)]
    public async Task The_bytes_of_a_message_are_read_as_they_came_and_until_the_end_though_it_is_delivered(int length)
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        byte[] bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        AcceptedMail mail = await queue.AcceptDueAsync(mail: length > 256 * 1024 ? queue.SpooledMail(bytes) : queue.Mail(bytes));

        await using Stream? raw = await queue.Operator.OpenRawAsync(new QueueSelection(mail.Id), Stop);
        await queue.Operator.DropAsync(new QueueSelection(mail.Id), Stop);

        using var read = new MemoryStream();
        await raw!.CopyToAsync(read, TestContext.Current.CancellationToken);
        Assert.Equal(bytes, read.ToArray());
        Assert.Null(await queue.Operator.OpenRawAsync(new QueueSelection(mail.Id), Stop));
    }

    [Fact]
    public async Task Pages_are_stable_while_mail_comes_and_goes()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        for (int i = 0; i < 25; i++)
        {
            await queue.AcceptDueAsync($"n{i}@dest.example");
        }

        List<QueueEntry> seen = [];
        DeliveryId? after = null;
        do
        {
            QueuePage page = await queue.Operator.ListAsync(new QueueFilter(10) { State = QueueDbState.Queued, After = after }, Stop);
            Assert.True(page.Entries.Length <= 10);
            seen.AddRange(page.Entries);
            after = page.Next;

            // One that was seen goes, and a new one comes: nothing moves for that.
            await queue.Operator.DropAsync(new QueueSelection(page.Entries[0].MessageId), Stop);
            await queue.AcceptDueAsync("late@dest.example");
            Assert.Equal(25, page.Total);
        }
        while (after is not null);

        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"n{i}@dest.example").Concat(["late@dest.example", "late@dest.example"]), seen.Select(entry => entry.Target.Destination.Text));
        Assert.Null((await queue.Operator.ListAsync(new QueueFilter(25), Stop)).Next);
        Assert.NotNull((await queue.Operator.ListAsync(new QueueFilter(24), Stop)).Next);
    }

    [Fact]
    public async Task Any_address_is_searched_for_the_text_as_it_stands()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        for (int i = 0; i < 9; i++)
        {
            await queue.AcceptDueAsync($"n{i}@dest.example");
        }

        Assert.Equal(1, await CountAsync(queue, new QueueFilter(100) { Text = "N7@dest" }));
        Assert.Equal(9, await CountAsync(queue, new QueueFilter(100) { Text = "alias@ours" }));
        Assert.Equal(9, await CountAsync(queue, new QueueFilter(100) { Text = "sender@there" }));
        Assert.Equal(0, await CountAsync(queue, new QueueFilter(100) { Text = "n_@dest" }));
        Assert.Equal(0, await CountAsync(queue, new QueueFilter(100) { Text = "n%" }));
        Assert.Equal(0, await CountAsync(queue, new QueueFilter(100) { Text = "n7@dest", State = QueueDbState.Held }));
    }

    [Fact]
    public async Task A_domain_sees_what_is_addressed_to_it_and_none_of_the_rest()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        AliasRecipient own = new(TemporaryQueue.Address("a@bücher.example"), RcptParameters.None);
        AliasRecipient other = new(TemporaryQueue.Address("b@other.example"), new RcptParameters { OriginalRecipient = "rfc822;x@third.example" });
        AcceptedMail alone = queue.Mail();
        AcceptedMail both = queue.Mail();
        AcceptedMail foreign = queue.Mail();
        await AcceptAsync(queue, alone, new Target(TemporaryQueue.Address("in@dest.example"), [own]));
        await AcceptAsync(queue, both, new Target(TemporaryQueue.Address("in@dest.example"), [other, own]), new Target(TemporaryQueue.Address("in@far.example"), [own]));
        await AcceptAsync(queue, foreign, new Target(TemporaryQueue.Address("in@dest.example"), [other]));

        QueuePage page = await queue.Operator.ListAsync(new QueueFilter(10) { Domains = ["xn--bcher-kva.example"] }, Stop);

        Assert.Equal([alone.Id, both.Id, both.Id], page.Entries.Select(entry => entry.MessageId));
        Assert.Equal(3, page.Total);
        Assert.All(page.Entries, entry => Assert.Equal(own, Assert.Single(entry.Target.Aliases)));
        Assert.Equal(3, await CountAsync(queue, new QueueFilter(10) { Domains = ["xn--bcher-kva.example"], State = QueueDbState.Queued }));
        Assert.Equal(0, await CountAsync(queue, new QueueFilter(10) { Domains = ["xn--bcher-kva.example"], State = QueueDbState.Failed }));
        Assert.Equal(4, await CountAsync(queue, new QueueFilter(10) { Domains = ["xn--bcher-kva.example", "other.example"] }));
        Assert.Equal(0, await CountAsync(queue, new QueueFilter(10) { Domains = ["third.example"] }));
        Assert.Equal(0, await CountAsync(queue, new QueueFilter(10) { Domains = ["example"] }));
        Assert.Equal(0, await CountAsync(queue, new QueueFilter(10) { Domains = [] }));

        // The copy that is somebody else's too is seen, and not touched.
        var selection = new QueueSelection(both.Id) { Domains = ["xn--bcher-kva.example"] };
        QueueChange dropped = await queue.Operator.DropAsync(selection, Stop);
        Assert.Equal(("in@far.example", "in@dest.example"), (Assert.Single(dropped.Before).Target.Destination.Text, Assert.Single(dropped.Untouched).Target.Destination.Text));
        Assert.False((await queue.Operator.DropAsync(new QueueSelection(foreign.Id) { Domains = ["xn--bcher-kva.example"] }, Stop)).IsKnown);
        Assert.Empty(await queue.Operator.ShowAsync(new QueueSelection(foreign.Id) { Domains = ["xn--bcher-kva.example"] }, Stop));
        Assert.Equal(2, (await queue.Operator.DropAsync(selection with { Domains = ["xn--bcher-kva.example", "other.example"] }, Stop)).Before.Length + dropped.Before.Length);
    }

    private static Task AcceptAsync(TemporaryQueue queue, AcceptedMail mail, params Target[] targets) =>
        queue.Store.AcceptAsync(mail, [.. targets.Select(target => NewDelivery.Due(target, queue.Now, queue.Now))], Stop);

    private static async Task<IReadOnlyList<QueueEntry>> EntriesAsync(TemporaryQueue queue, QueueFilter filter) => (await queue.Operator.ListAsync(filter, Stop)).Entries;

    private static async Task<long> CountAsync(TemporaryQueue queue, QueueFilter filter)
    {
        QueuePage page = await queue.Operator.ListAsync(filter, Stop);
        Assert.Equal(page.Total, page.Entries.Length);
        return page.Total;
    }
}
