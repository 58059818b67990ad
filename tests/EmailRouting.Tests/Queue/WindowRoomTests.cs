using EmailRouting.Mail;
using Xunit;

namespace EmailRouting.Tests.Queue;

/// <summary>Large messages that come faster than they leave. Two of them fit into memory here, and no attempt ends before the test says so.</summary>
public sealed class WindowRoomTests
{
    private const int Large = 40_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private readonly TaskCompletionSource _open = new();
    private readonly ScriptedCourier _courier;

    public WindowRoomTests() => _courier = new ScriptedCourier(async (_, cancellation) =>
    {
        await _open.Task.WaitAsync(cancellation);
        return ScriptedCourier.Delivered;
    });

    [Fact]
    public async Task What_finds_no_room_waits_for_it_and_is_attempted_from_memory()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        await using RunningQueue running = await FilledAsync(queue);
        AcceptedMail[] mails = [queue.Mail(new byte[Large]), queue.Mail(new byte[Large])];
        Task[] waiting = [.. mails.Select(mail => AcceptAsync(running, mail))];
        await AcceptAsync(running, queue.Mail());

        Assert.Equal(3, await queue.MessagesAsync());
        Assert.All(waiting, accepting => Assert.False(accepting.IsCompleted));
        _open.SetResult();
        await Task.WhenAll(waiting);
        await EmptyAsync(queue);

        Assert.All(mails, mail => Assert.Single(_courier.Seen, seen => seen.Content == mail.Content));
    }

    [Fact]
    public async Task It_waits_a_quarter_of_a_second_and_those_after_it_not_at_all_for_a_while()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        await using RunningQueue running = await FilledAsync(queue);
        Task waiting = AcceptAsync(running, queue.Mail(new byte[Large]));

        queue.Clock.Advance(Patience - TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, await queue.MessagesAsync());
        queue.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await waiting;
        await AcceptAsync(running, queue.Mail(new byte[Large]));
        Assert.Equal(4, await queue.MessagesAsync());

        queue.Clock.Advance(TimeSpan.FromSeconds(10));
        Task patient = AcceptAsync(running, queue.Mail(new byte[Large]));
        Assert.Equal(4, await queue.MessagesAsync());
        _open.SetResult();
        await patient;
        await EmptyAsync(queue);
        Assert.Equal(5, _courier.Seen.Count);
    }

    [Fact]
    public async Task Whoever_leaves_takes_no_room_with_him()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        await using RunningQueue running = await FilledAsync(queue);
        using var left = new CancellationTokenSource();
        Task leaving = AcceptAsync(running, queue.Mail(new byte[Large]), left.Token);
        AcceptedMail next = queue.Mail(new byte[2 * Large]);
        Task waiting = AcceptAsync(running, next);

        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        _open.SetResult();
        await waiting;
        await EmptyAsync(queue);

        Assert.Equal(3, _courier.Seen.Count);
        Assert.Single(_courier.Seen, seen => seen.Content == next.Content);
    }

    [Fact]
    public async Task What_never_fits_does_not_wait()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        await using RunningQueue running = await FilledAsync(queue);

        await AcceptAsync(running, queue.Mail(new byte[2 * Large + 1]));

        Assert.Equal(3, await queue.MessagesAsync());
    }

    [Fact]
    public async Task A_stop_ends_the_waiting_and_the_message_is_stored_for_the_next_start()
    {
        await using TemporaryQueue queue = await TemporaryQueue.CreateAsync();
        await using RunningQueue running = await FilledAsync(queue);
        Task waiting = AcceptAsync(running, queue.Mail(new byte[Large]));

        await running.StopAsync();
        await waiting;

        Assert.Equal(3, await queue.MessagesAsync());
    }

    private async Task<RunningQueue> FilledAsync(TemporaryQueue queue)
    {
        RunningQueue running = await RunningQueue.StartAsync(queue, _courier, windowBytes: 2 * Large);
        await AcceptAsync(running, queue.Mail(new byte[Large]));
        await AcceptAsync(running, queue.Mail(new byte[Large]));
        return running;
    }

    private static Task EmptyAsync(TemporaryQueue queue) => RunningQueue.UntilAsync(async () =>
    {
        // What was stored without a place is claimed when the runner looks.
        queue.Clock.Advance(TimeSpan.FromSeconds(1));
        return await queue.MessagesAsync() == 0;
    });

    private static Task AcceptAsync(RunningQueue running, AcceptedMail mail, CancellationToken? cancellation = null) =>
        running.Mails.AcceptAsync(mail, [TemporaryQueue.To("a@one.example")], cancellation ?? CancellationToken.None);
}
