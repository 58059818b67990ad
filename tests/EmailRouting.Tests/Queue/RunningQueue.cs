using System.Collections.Concurrent;
using EmailRouting.MailAuth.Dkim;
using EmailRouting.MailAuth.Keys;
using EmailRouting.Network;
using EmailRouting.Queue;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EmailRouting.Tests.Queue;

/// <summary>The queue at work on a <see cref="TemporaryQueue"/>, with two attempts at a time for each domain and no chance in its schedule.</summary>
internal sealed class RunningQueue : IAsyncDisposable
{
    private readonly QueueRunner _runner;
    private bool _isStopped;

    private RunningQueue(TemporaryQueue queue, ScriptedCourier courier, long windowBytes)
    {
        IOptions<QueueOptions> options = Options.Create(new QueueOptions { ReportingHost = "mx.ours.example", ConcurrencyPerDomain = 2, Window = 50, WindowBytes = windowBytes });
        var window = new ActiveWindow(options.Value.Concurrency, options.Value.ConcurrencyPerDomain, options.Value.Window, options.Value.WindowBytes);
        var journal = new DeliveryJournal((_, _, _, _) => { }, (_, _, end, reason) => Ends.Enqueue((end, reason)));
        var dice = new NoDice();
        var identity = new OwnIdentity("mx.ours.example", [], []);
        var signer = new OwnMailSigner(new SigningKeys(queue.Directory, queue.Clock), identity, queue.Clock, NullLogger<OwnMailSigner>.Instance);
        var attempts = new DeliveryAttempts(queue.Store, courier, signer, options, queue.Metrics, journal, queue.Clock, dice, NullLogger<DeliveryAttempts>.Instance);
        _runner = new QueueRunner(queue.Store, window, attempts, options, queue.Metrics, journal, queue.Clock, NullLogger<QueueRunner>.Instance);
        Mails = new MailQueue(queue.Store, window, options, queue.Clock, dice);
    }

    public MailQueue Mails { get; }

    /// <summary>What the activity log was told of deliveries that came to an end otherwise than by delivery.</summary>
    public ConcurrentQueue<(string End, string Reason)> Ends { get; } = new();

    public static async Task<RunningQueue> StartAsync(TemporaryQueue queue, ScriptedCourier courier, long windowBytes = 1_000_000)
    {
        await queue.Store.DisposeAsync();
        queue.Renew();
        var running = new RunningQueue(queue, courier, windowBytes);
        await running._runner.StartAsync(CancellationToken.None);
        return running;
    }

    public static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await holds())
        {
            await Task.Delay(10, bound.Token);
        }
    }

    public async Task StopAsync()
    {
        _isStopped = true;
        await _runner.StopAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isStopped)
        {
            await StopAsync();
        }

        _runner.Dispose();
    }

    private sealed class NoDice : Random
    {
        public override double NextDouble() => 0;
    }
}
