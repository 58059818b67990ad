using EmailRouting.Delivery;
using EmailRouting.Mail;
using EmailRouting.Queue;
using EmailRouting.Smtp;
using EmailRouting.Storage;
using Xunit;

namespace EmailRouting.Tests.Queue;

/// <summary>Where a delivery turns when its destination fails.</summary>
public sealed class FallbackTests
{
    private const string First = "first@one.example";
    private const string Second = "second@two.example";

    private static readonly QueueOptions Options = new() { ReportingHost = "mx.ours.example" };

    private static CancellationToken Stop => CancellationToken.None;

    [Fact]
    public async Task A_permanent_refusal_leads_to_the_fallback_and_tells_the_sender_nothing()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        var courier = new ScriptedCourier((c, _) => Task.FromResult(c.Target.Destination.Text == First ? ScriptedCourier.Refused : ScriptedCourier.Delivered));
        await using RunningQueue running = await RunningQueue.StartAsync(queue, courier);
        AcceptedMail mail = queue.Mail();

        await running.Mails.AcceptAsync(mail, [To(First, Second, after: null)], Stop);
        await UntilEmptyAsync(queue);

        Assert.Equal([First, Second], courier.Seen.Select(seen => seen.Target.Destination.Text));
        Assert.All(courier.Seen, seen => Assert.Equal(mail.Id, seen.Id));
        (string end, string reason) = Assert.Single(running.Ends);
        Assert.Equal("redirected", end);
        Assert.StartsWith($"to {Second}: 550 5.1.1 ", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Put_off_for_as_long_as_the_rule_allows_it_turns_then_and_has_a_full_term_there()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        var courier = new ScriptedCourier((_, _) => Task.FromResult(ScriptedCourier.Deferred));
        await using RunningQueue running = await RunningQueue.StartAsync(queue, courier);
        DateTimeOffset accepted = queue.Now;
        await running.Mails.AcceptAsync(queue.Mail(), [To(First, Second, TimeSpan.FromMinutes(7))], Stop);
        await RunningQueue.UntilAsync(async () => await EntryAsync(queue) is { Attempts: 1, IsUnderWay: false });
        queue.Clock.Advance(TimeSpan.FromMinutes(5));
        await RunningQueue.UntilAsync(async () => await EntryAsync(queue) is { Attempts: 2, IsUnderWay: false });

        // Ten minutes would be the next wait.
        Assert.Equal(accepted.AddMinutes(7), (await EntryAsync(queue)).DueAt);
        queue.Clock.Advance(TimeSpan.FromMinutes(2));
        await RunningQueue.UntilAsync(async () => (await EntryAsync(queue)).Target.Destination.Text == Second);

        // Seen by the runner a moment later, and there the schedule begins anew.
        await RunningQueue.UntilAsync(async () =>
        {
            queue.Clock.Advance(TimeSpan.FromMilliseconds(100));
            return await EntryAsync(queue) is { Attempts: 1, IsUnderWay: false };
        });
        QueueEntry entry = await EntryAsync(queue);
        Assert.InRange(entry.DueAt, accepted.AddMinutes(12), accepted.AddMinutes(13));
        Assert.Null(entry.Target.Fallback);
        Assert.Equal("redirected", Assert.Single(running.Ends).End);
    }

    [Fact]
    public async Task A_destination_in_back_off_is_not_waited_for_past_the_time()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        var courier = new ScriptedCourier((c, _) => Task.FromResult(c.Target.Destination.Text == First ? ScriptedCourier.Deferred : ScriptedCourier.Delivered));
        await using RunningQueue running = await RunningQueue.StartAsync(queue, courier);
        await running.Mails.AcceptAsync(queue.Mail(), [To(First, Second, TimeSpan.FromMinutes(7))], Stop);
        await RunningQueue.UntilAsync(async () => await EntryAsync(queue) is { Attempts: 1, IsUnderWay: false });
        courier.IsReadyNow = false;
        DateTimeOffset end = queue.Now.AddMinutes(7);

        await RunningQueue.UntilAsync(async () =>
        {
            queue.Clock.Advance(TimeSpan.FromSeconds(1));
            return await queue.MessagesAsync() == 0;
        });

        Assert.InRange(queue.Now, end, end.AddSeconds(30));
        Assert.Equal([First, Second], courier.Seen.Select(seen => seen.Target.Destination.Text));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    public async Task It_outlives_the_process_between_the_refusal_and_the_fallback(int? afterMinutes)
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        Target target = To(First, Second, afterMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null);
        await queue.Store.AcceptAsync(queue.Mail(), [NewDelivery.Due(target, queue.Now, queue.Now)], Stop);
        await queue.ReopenAsync();
        ClaimedDelivery claimed = Assert.Single(await queue.ClaimAsync());
        Assert.Equal(target.Fallback, claimed.Target.Fallback);
        queue.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.True(await queue.Store.SettleAsync(claimed.Claim, Settle(claimed, afterMinutes is null ? ScriptedCourier.Refused : ScriptedCourier.Deferred, queue.Now), queue.Now, Stop));
        await queue.ReopenAsync();

        ClaimedDelivery turned = Assert.Single(await queue.ClaimAsync());
        Assert.Equal((Second, null, 0, queue.Now), (turned.Target.Destination.Text, turned.Target.Fallback, turned.Attempts, turned.AgesFrom));
        Assert.Equal(target.Aliases, turned.Target.Aliases);
        Assert.Empty(await queue.ClaimAsync(10, "two.example"));
        Assert.False(await queue.Store.SettleAsync(claimed.Claim, new Settlement.Turn(turned.Target, "550"), queue.Now, Stop));
    }

    [Fact]
    public async Task Held_while_it_was_refused_it_waits_at_the_fallback_until_it_is_released()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        AcceptedMail mail = queue.Mail();
        await queue.Store.AcceptAsync(mail, [NewDelivery.Due(To(First, Second, after: null), queue.Now, queue.Now)], Stop);
        ClaimedDelivery claimed = Assert.Single(await queue.ClaimAsync());
        await queue.Operator.HoldAsync(new QueueSelection(mail.Id), Stop);
        queue.Clock.Advance(TimeSpan.FromHours(1));

        await queue.Store.SettleAsync(claimed.Claim, Settle(claimed, ScriptedCourier.Refused, queue.Now), queue.Now, Stop);

        Assert.Equal((QueueDbState.Held, Second), ((await EntryAsync(queue)).State, (await EntryAsync(queue)).Target.Destination.Text));
        queue.Clock.Advance(TimeSpan.FromDays(9));
        await queue.Operator.ReleaseAsync(new QueueSelection(mail.Id), Stop);
        Assert.Equal(queue.Now, Assert.Single(await queue.ClaimAsync()).AgesFrom);
    }

    [Fact]
    public void Without_a_time_only_a_refusal_leads_on()
    {
        Target target = To(First, Second, after: null);

        Assert.IsType<Settlement.Retry>(Settle(Claimed(target), ScriptedCourier.Deferred, Accepted.AddDays(4)));
        Assert.IsType<Settlement.Done>(Settle(Claimed(target), ScriptedCourier.Deferred, Accepted.AddDays(5)));
        Assert.IsType<Settlement.Turn>(Settle(Claimed(target), ScriptedCourier.Refused, Accepted.AddDays(5)));
    }

    [Fact]
    public void A_time_longer_than_mail_is_tried_at_all_ends_with_that()
    {
        Assert.IsType<Settlement.Turn>(Settle(Claimed(To(First, Second, TimeSpan.FromDays(30))), ScriptedCourier.Deferred, Accepted.AddDays(5)));
    }

    [Fact]
    public void A_fallback_to_the_inbox_that_failed_is_none()
    {
        Target target = To(First, "FIRST@One.example", TimeSpan.FromMinutes(5));

        Assert.IsType<Settlement.Done>(Settle(Claimed(target), ScriptedCourier.Refused, Accepted));
        Assert.IsType<Settlement.Retry>(Settle(Claimed(target), ScriptedCourier.Deferred, Accepted.AddHours(1)));
        Assert.IsType<Settlement.Done>(Settle(Claimed(target), ScriptedCourier.Deferred, Accepted.AddDays(5)));
    }

    [Fact]
    public void Where_a_fallback_fails_too_that_is_the_end()
    {
        Target fallback = To(First, Second, after: null).Turned!;

        Assert.IsType<Settlement.Done>(Settle(Claimed(fallback), ScriptedCourier.Refused, Accepted));
    }

    private static DateTimeOffset Accepted { get; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static Target To(string destination, string fallback, TimeSpan? after) =>
        TemporaryQueue.To(destination) with { Fallback = new Fallback(TemporaryQueue.Address(fallback), after) };

    private static ClaimedDelivery Claimed(Target target) => new(Claim.New(Accepted), MailId.New(Accepted), target, Accepted, Attempts: 3);

    private static Settlement Settle(ClaimedDelivery delivery, DeliveryOutcome outcome, DateTimeOffset now)
    {
        byte[] bytes = "Subject: hello\r\n\r\nbody\r\n"u8.ToArray();
        var content = MessageContent.InMemory(new ContentFacts(bytes.Length, new byte[32], false, false), new(bytes), lease: null);
        var envelope = new Envelope(TemporaryQueue.Address("sender@there.example"), MailParameters.None);
        return AttemptVerdict.Settle(new AcceptedMail(delivery.MessageId, Accepted, envelope, content, MayBounce: true), delivery, outcome, Options, now, jitter: 0);
    }

    private static async Task<QueueEntry> EntryAsync(TemporaryQueue queue) =>
        Assert.Single((await queue.Operator.ListAsync(new QueueFilter(10), Stop)).Entries);

    private static Task UntilEmptyAsync(TemporaryQueue queue) => RunningQueue.UntilAsync(async () =>
    {
        queue.Clock.Advance(TimeSpan.FromMilliseconds(100));
        return await queue.MessagesAsync() == 0;
    });
}
