using System.Text;
using EmailRouting.Delivery;
using EmailRouting.Mail;
using EmailRouting.Queue;
using EmailRouting.Smtp;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using MimeKit;
using Xunit;

namespace EmailRouting.Tests.Queue;

public sealed class QueueRunnerTests
{
    [Fact]
    public async Task Accepted_mail_is_delivered_from_memory_and_nothing_is_left()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        var courier = new ScriptedCourier((_, _) => Task.FromResult(ScriptedCourier.Delivered));
        await using RunningQueue running = await RunningQueue.StartAsync(queue, courier);
        AcceptedMail mail = queue.Mail();
        await running.Mails.AcceptAsync(mail, [TemporaryQueue.To("a@one.example"), TemporaryQueue.To("b@two.example")], CancellationToken.None);

        await RunningQueue.UntilAsync(async () => await queue.MessagesAsync() == 0);

        Assert.Equal(2, courier.Seen.Count);
        Assert.All(courier.Seen, seen => Assert.Same(mail.Content, seen.Content));
    }

    [Fact]
    public async Task The_next_of_a_domain_begin_while_what_became_of_those_before_is_being_written_down()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        var gate = new TaskCompletionSource();
        var courier = new ScriptedCourier(async (_, _) =>
        {
            await gate.Task;
            return ScriptedCourier.Delivered;
        });
        await using RunningQueue running = await RunningQueue.StartAsync(queue, courier);
        for (int i = 0; i < 4; i++)
        {
            await running.Mails.AcceptAsync(queue.Mail(), [TemporaryQueue.To("a@one.example")], CancellationToken.None);
        }

        await RunningQueue.UntilAsync(() => Task.FromResult(courier.Seen.Count == 2));
        await using (QueueDb other = queue.CreateDbContext())
        {
            // Another process that writes: nothing is settled as long as this lasts.
            await using IDbContextTransaction writing = await other.Database.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await other.Database.ExecuteSqlAsync($"DELETE FROM \"Ledger\" WHERE 0", TestContext.Current.CancellationToken);
            gate.SetResult();
            await RunningQueue.UntilAsync(() => Task.FromResult(courier.Seen.Count == 4));
            Assert.Equal(4, await queue.MessagesAsync());
        }

        await RunningQueue.UntilAsync(async () => await queue.MessagesAsync() == 0);
    }

    [Fact]
    public async Task A_deferred_delivery_is_retried_on_schedule_and_reported_when_it_is_given_up()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        var courier = new ScriptedCourier((c, _) => Task.FromResult(c.Envelope.Sender is null ? ScriptedCourier.Delivered : ScriptedCourier.Deferred));
        await using RunningQueue running = await RunningQueue.StartAsync(queue, courier);
        await running.Mails.AcceptAsync(queue.Mail(), [TemporaryQueue.To("inbox@secret.example")], CancellationToken.None);
        await RunningQueue.UntilAsync(async () => await EntryAsync(queue) is { Attempts: 1, IsUnderWay: false });
        Assert.Equal(queue.Now.AddMinutes(5), (await EntryAsync(queue))!.DueAt);

        queue.Clock.Advance(TimeSpan.FromMinutes(5));
        await RunningQueue.UntilAsync(async () => await EntryAsync(queue) is { Attempts: 2, IsUnderWay: false });
        Assert.Equal(TimeSpan.FromMinutes(10).TotalSeconds, ((await EntryAsync(queue))!.DueAt - queue.Now).TotalSeconds, 5);

        queue.Clock.Advance(TimeSpan.FromDays(5));
        await RunningQueue.UntilAsync(async () =>
        {
            queue.Clock.Advance(TimeSpan.FromSeconds(1));
            return await queue.MessagesAsync() == 0;
        });
        Consignment report = courier.Seen.Last();
        Assert.Null(report.Envelope.Sender);
        Assert.Equal("sender@there.example", report.Target.Destination.Text);
    }

    [Theory]
    [InlineData(null, true, true)]
    [InlineData(DsnNotify.Failure, true, true)]
    [InlineData(DsnNotify.Success, true, false)]
    [InlineData(DsnNotify.Delay, true, false)]
    [InlineData(DsnNotify.Never, true, false)]
    [InlineData(null, false, false)]
    public void A_refusal_is_reported_where_that_is_wanted_and_kept_as_failed_where_it_is_not(DsnNotify? notify, bool mayBounce, bool isReported)
    {
        Settlement settlement = Settle(ScriptedCourier.Refused, TemporaryQueue.To("inbox@secret.example", notify), "sender@there.example", mayBounce);

        Assert.Equal(isReported, settlement is Settlement.Done { Report: not null });
        Assert.Equal(!isReported, settlement is Settlement.Failed { Report: null });
    }

    [Fact]
    public void Mail_from_nobody_is_never_reported()
    {
        Assert.IsType<Settlement.Failed>(Settle(ScriptedCourier.Refused, TemporaryQueue.To("inbox@secret.example"), sender: null, mayBounce: true));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(DsnNotify.Success, true)]
    [InlineData(DsnNotify.Success | DsnNotify.Failure, true)]
    [InlineData(DsnNotify.Failure, false)]
    public void Success_is_reported_as_relayed_and_only_where_it_was_asked_for(DsnNotify? notify, bool isReported)
    {
        var done = Assert.IsType<Settlement.Done>(Settle(ScriptedCourier.Delivered, TemporaryQueue.To("inbox@secret.example", notify), "sender@there.example", true));
        Assert.Equal(isReported, done.Report is not null);
    }

    [Fact]
    public async Task A_report_names_the_alias_and_never_where_it_leads()
    {
        Target target = TemporaryQueue.To("inbox@secret.example", alias: "grüße@ours.example");
        var done = Assert.IsType<Settlement.Done>(Settle(ScriptedCourier.Refused, target, "sender@there.example", true));
        AcceptedMail report = done.Report!.Mail;
        using var bytes = new MemoryStream();
        await using (Stream stream = report.Content.OpenRead())
        {
            await stream.CopyToAsync(bytes, TestContext.Current.CancellationToken);
        }

        string text = Encoding.UTF8.GetString(bytes.ToArray());
        Assert.DoesNotContain("secret", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Diagnostic-Code", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Remote-MTA", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("body of the original", text, StringComparison.Ordinal);
        Assert.Equal(report.Content.Length, bytes.Length);
        Assert.False(report.Content.Facts.HasEightBit);
        Assert.Null(report.Envelope.Sender);
        Assert.False(report.MayBounce);

        bytes.Position = 0;
        using MimeMessage message = await MimeMessage.LoadAsync(bytes, TestContext.Current.CancellationToken);
        Assert.Equal("auto-replied", message.Headers["Auto-Submitted"]);
        var parts = Assert.IsType<MultipartReport>(message.Body);
        Assert.Equal("delivery-status", parts.ReportType);
        var status = Assert.IsType<MessageDeliveryStatus>(parts[1]);
        Assert.Equal("dns; mx.ours.example", status.StatusGroups[0]["Reporting-MTA"]);
        Assert.Equal("failed", status.StatusGroups[1]["Action"]);
        Assert.Equal("5.1.1", status.StatusGroups[1]["Status"]);
        Assert.Equal("utf-8; gr\\x{FC}\\x{DF}e@ours.example", status.StatusGroups[1]["Final-Recipient"]);
        Assert.Equal("text/rfc822-headers", parts[2].ContentType.MimeType);
    }

    [Fact]
    public async Task A_slow_domain_does_not_hold_up_another()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        var courier = new ScriptedCourier(async (c, cancellation) =>
        {
            if (c.Target.Destination.Domain == "slow.example")
            {
                await Task.Delay(Timeout.Infinite, cancellation).ContinueWith(_ => { }, TaskScheduler.Default);
                return ScriptedCourier.Deferred;
            }

            return ScriptedCourier.Delivered;
        });
        for (int i = 0; i < 100; i++)
        {
            await queue.AcceptDueAsync($"n{i}@slow.example");
        }

        await queue.AcceptDueAsync("a@quick.example");
        await using RunningQueue running = await RunningQueue.StartAsync(queue, courier);

        await RunningQueue.UntilAsync(async () =>
        {
            queue.Clock.Advance(TimeSpan.FromSeconds(1));
            return await queue.MessagesAsync() == 100 && SlowOnes() >= 2;
        });
        Assert.Equal(2, SlowOnes());

        // Broken off by the stop, and waiting ones alike: due at once, no attempt counted.
        await running.StopAsync();
        IReadOnlyList<ClaimedDelivery> left = await queue.ClaimAsync(1000);
        Assert.Equal(100, left.Count);
        Assert.All(left, delivery => Assert.Equal(0, delivery.Attempts));

        int SlowOnes() => courier.Seen.Count(seen => seen.Target.Destination.Domain == "slow.example");
    }

    [Fact]
    public async Task An_attempt_that_throws_is_made_again_later()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        var courier = new ScriptedCourier((_, _) => throw new InvalidOperationException("a bug"));
        await using RunningQueue running = await RunningQueue.StartAsync(queue, courier);
        await running.Mails.AcceptAsync(queue.Mail(), [TemporaryQueue.To("a@one.example")], CancellationToken.None);

        await RunningQueue.UntilAsync(async () => await EntryAsync(queue) is { Attempts: 1, State: QueueDbState.Queued, IsUnderWay: false });
    }

    [Fact]
    public async Task An_attempt_under_way_is_settled_when_it_ends_and_not_begun_again()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        var courier = new ScriptedCourier((_, _) => Task.FromResult(ScriptedCourier.Delivered));
        await using RunningQueue running = await RunningQueue.StartAsync(queue, courier);
        var attempt = new TaskCompletionSource<DeliveryAttempt>();
        await running.Mails.AcceptUnderWayAsync(queue.Mail(), TemporaryQueue.To("a@one.example"), attempt.Task, CancellationToken.None);
        Assert.True((await EntryAsync(queue))!.IsUnderWay);

        attempt.SetResult(ScriptedCourier.Attempt(ScriptedCourier.Delivered));

        await RunningQueue.UntilAsync(async () => await queue.MessagesAsync() == 0);
        Assert.Empty(courier.Seen);
    }

    private static Settlement Settle(DeliveryOutcome outcome, Target target, string? sender, bool mayBounce)
    {
        var now = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        byte[] bytes = Encoding.ASCII.GetBytes("Subject: hello\r\nFrom: sender@there.example\r\n\r\nbody of the original\r\n");
        var mail = new AcceptedMail(
            MailId.New(now),
            now,
            new Envelope(sender is null ? null : TemporaryQueue.Address(sender), MailParameters.None),
            MessageContent.InMemory(new ContentFacts(bytes.Length, new byte[32], false, false), new(bytes), lease: null),
            mayBounce);
        return AttemptVerdict.Settle(
            mail, new ClaimedDelivery(Claim.New(now), mail.Id, target, now, 0), outcome, new QueueOptions { ReportingHost = "mx.ours.example" }, now, 0);
    }

    private static async Task<QueueEntry?> EntryAsync(TemporaryQueue queue) =>
        (await queue.Operator.ListAsync(new QueueFilter(1), CancellationToken.None)).Entries.SingleOrDefault();
}
