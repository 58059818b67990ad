using System.Diagnostics.Metrics;
using EmailRouting.Activity;
using EmailRouting.Custody;
using EmailRouting.Delivery;
using EmailRouting.Mail;
using EmailRouting.Queue;
using EmailRouting.Tests.Queue;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace EmailRouting.Tests.Custody;

/// <summary>Cut-through where the rule names a fallback.</summary>
public sealed class CustodianTests
{
    private const string First = "first@one.example";
    private const string Second = "second@two.example";

    [Fact]
    public async Task A_refusal_with_a_fallback_is_not_the_senders_and_is_durable_before_the_250()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        var courier = new ScriptedCourier((_, _) => Task.FromResult(ScriptedCourier.Refused));
        await using RunningQueue running = await RunningQueue.StartAsync(queue, courier);

        // What is stored stays to be seen.
        await running.StopAsync();
        (CustodyVerdict verdict, List<string> log) = await TakeAsync(queue, running, courier, queue.Mail(), To(First, Second, after: null));

        Assert.Equal((250, CustodyResult.Queued), (verdict.Reply.Code, verdict.How));
        Assert.Equal([First], courier.Seen.Select(seen => seen.Target.Destination.Text));
        QueueEntry owed = Assert.Single((await queue.Operator.ListAsync(new QueueFilter(10), CancellationToken.None)).Entries);
        Assert.Equal((Second, null, 0), (owed.Target.Destination.Text, owed.Target.Fallback, owed.Attempts));
        Assert.Contains("550 5.1.1", owed.LastReply, StringComparison.Ordinal);
        Assert.Equal(["refused", "redirected"], log);
    }

    [Fact]
    public async Task A_refusal_with_a_fallback_that_cannot_be_stored_is_answered_451()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        var courier = new ScriptedCourier((_, _) => Task.FromResult(ScriptedCourier.Refused));
        await using RunningQueue running = await RunningQueue.StartAsync(queue, courier);
        await running.StopAsync();
        await queue.Store.DisposeAsync();

        (CustodyVerdict verdict, List<string> log) = await TakeAsync(queue, running, courier, queue.Mail(), To(First, Second, after: null));

        Assert.Equal((451, CustodyResult.Deferred), (verdict.Reply.Code, verdict.How));
        Assert.Equal(["refused"], log);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(First)]
    public async Task A_refusal_without_a_fallback_to_elsewhere_is_the_senders(string? fallback)
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        var courier = new ScriptedCourier((_, _) => Task.FromResult(ScriptedCourier.Refused));
        await using RunningQueue running = await RunningQueue.StartAsync(queue, courier);
        Target target = fallback is null ? TemporaryQueue.To(First) : To(First, fallback, after: null);

        (CustodyVerdict verdict, _) = await TakeAsync(queue, running, courier, queue.Mail(), target);

        Assert.Equal((550, CustodyResult.Refused), (verdict.Reply.Code, verdict.How));
        Assert.Equal(0, await queue.MessagesAsync());
    }

    [Fact]
    public async Task What_is_put_off_keeps_its_fallback_and_is_due_no_later_than_that()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        var courier = new ScriptedCourier((_, _) => Task.FromResult(ScriptedCourier.Deferred));
        await using RunningQueue running = await RunningQueue.StartAsync(queue, courier);
        await running.StopAsync();
        Target target = To(First, Second, TimeSpan.FromMinutes(2));

        (CustodyVerdict verdict, List<string> log) = await TakeAsync(queue, running, courier, queue.Mail(), target);

        Assert.Equal((250, CustodyResult.Queued), (verdict.Reply.Code, verdict.How));
        QueueEntry owed = Assert.Single((await queue.Operator.ListAsync(new QueueFilter(10), CancellationToken.None)).Entries);
        Assert.Equal((First, target.Fallback, 1, queue.Now.AddMinutes(2)), (owed.Target.Destination.Text, owed.Target.Fallback, owed.Attempts, owed.DueAt));
        Assert.Equal(["deferred"], log);
    }

    [Fact]
    public async Task With_no_time_for_the_destination_but_its_one_attempt_the_message_is_the_fallbacks_at_once()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        var courier = new ScriptedCourier((c, _) => Task.FromResult(c.Target.Destination.Text == First ? ScriptedCourier.Deferred : ScriptedCourier.Delivered));
        await using RunningQueue running = await RunningQueue.StartAsync(queue, courier);

        (CustodyVerdict verdict, List<string> log) = await TakeAsync(queue, running, courier, queue.Mail(), To(First, Second, TimeSpan.Zero));

        Assert.Equal(CustodyResult.Queued, verdict.How);
        await RunningQueue.UntilAsync(async () => await queue.MessagesAsync() == 0);
        Assert.Equal([First, Second], courier.Seen.Select(seen => seen.Target.Destination.Text));
        Assert.Equal(["deferred", "redirected"], log);
    }

    private static Target To(string destination, string fallback, TimeSpan? after) =>
        TemporaryQueue.To(destination) with { Fallback = new Fallback(TemporaryQueue.Address(fallback), after) };

    /// <returns>The answer, and what the activity log was told, each in its one word.</returns>
    private static async Task<(CustodyVerdict Verdict, List<string> Log)> TakeAsync(
        TemporaryQueue queue, RunningQueue running, ScriptedCourier courier, AcceptedMail mail, Target target)
    {
        await using ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var metrics = new ActivityMetrics(services.GetRequiredService<IMeterFactory>());
        var activity = new ActivityLog(Options.Create(new ActivityOptions()), new ActivityFeed(), metrics, queue.Clock, NullLogger<ActivityLog>.Instance);
        var custodian = new Custodian(
            courier, running.Mails, new Ledger(queue.Clock, queue.Store), activity, Options.Create(new DeliveryOptions()), queue.Clock, NullLogger<Custodian>.Instance);
        CustodyVerdict verdict = await custodian.TakeAsync(
            new IncomingMail(mail, [target], [target.Aliases[0].Alias], () => false), CancellationToken.None);
        List<string> log = [];
        while (activity.Records.TryRead(out ActivityRecord? record))
        {
            log.Add(((AttemptRecord)record).Result);
        }

        return (verdict, log);
    }
}
