using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using EmailRouting.Mail;
using EmailRouting.Smtp;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EmailRouting.Queue;

/// <summary>Keeps the active window filled with what is due, keeps its claims alive, and clears away what has failed long ago.</summary>
/// <remarks>
/// It looks four times a second whether something is due, a single step in an index. So a change made by another process (a retry, a release) is seen within that
/// time, and nobody has to be told of it.
/// </remarks>
internal sealed partial class QueueRunner(
    IQueueStore store,
    ActiveWindow window,
    DeliveryAttempts attempts,
    IOptions<QueueOptions> options,
    QueueMetrics metrics,
    DeliveryJournal journal,
    TimeProvider clock,
    ILogger<QueueRunner> logger) : BackgroundService
{
    private const int LargestClaim = 250;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan PauseAfterNothing = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DepthEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PurgeEvery = TimeSpan.FromHours(1);

    // Of the 8 seconds that the whole process has to end in.
    private static readonly TimeSpan StopBudget = TimeSpan.FromSeconds(5);

    private readonly QueueOptions _options = options.Value;
    private readonly CancellationTokenSource _stopping = new();
    private DateTimeOffset _nextClaim;
    private DateTimeOffset _nextRenewal;
    private DateTimeOffset _nextDepth;
    private DateTimeOffset _nextPurge;

    /// <summary>Opens the store before anything listens: hosted services start one after the other, and the endpoints come last.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await store.OpenAsync(cancellationToken);
        _nextRenewal = clock.GetUtcNow() + _options.Lease / 3;
        window.Start((delivery, turnIsOver) => attempts.MakeAsync(delivery, turnIsOver, _stopping.Token));
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        ImmutableArray<ActiveDelivery> waiting = window.Stop();
        await _stopping.CancelAsync();
        await GiveBackAsync(waiting, cancellationToken);
        try
        {
            await window.DrainedAsync().WaitAsync(StopBudget, clock, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // Their claims are due at the next start.
            Log.Abandoned(logger, window.Claims.Length);
        }
    }

    public override void Dispose()
    {
        _stopping.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            bool isMore = await TurnAsync(stoppingToken);
            if (!isMore)
            {
                await Task.Delay(Tick, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "A disk that fails now may work in a moment, and mail is owed: the runner lives as long as the process.")]
    private async Task<bool> TurnAsync(CancellationToken stopping)
    {
        try
        {
            DateTimeOffset now = clock.GetUtcNow();
            bool isMore = now >= _nextClaim && await ClaimAsync(now, stopping);
            if (now >= _nextRenewal)
            {
                _nextRenewal = now + _options.Lease / 3;
                await store.RenewAsync(window.Claims, now + _options.Lease, stopping);
            }

            if (now >= _nextDepth)
            {
                _nextDepth = now + DepthEvery;
                metrics.Looked(await store.DepthAsync(stopping));
            }

            if (now >= _nextPurge)
            {
                _nextPurge = now + PurgeEvery;
                await PurgeAsync(now, stopping);
            }

            return isMore;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception e)
        {
            Log.TurnFailed(logger, e);
            return false;
        }
    }

    /// <returns>Whether more may be due.</returns>
    private async Task<bool> ClaimAsync(DateTimeOffset now, CancellationToken stopping)
    {
        // Small bites of a window that is nearly full would be a query for each delivery that ends.
        int room = window.Room;
        if (room < Math.Min(LargestClaim, Math.Max(1, _options.Window / 4)))
        {
            return false;
        }

        ImmutableArray<string> full = window.FullDomains;
        int limit = Math.Min(room, LargestClaim);
        ImmutableArray<ClaimedDelivery> claimed = await store.ClaimAsync(limit, full, now, now + _options.Lease, stopping);
        foreach (ClaimedDelivery delivery in claimed)
        {
            window.EnterClaimed(new ActiveDelivery(delivery, Mail: null, UnderWay: null, now));
        }

        metrics.Claimed(claimed.Length);
        if (claimed.Length > 0)
        {
            Log.Claimed(logger, claimed.Length);
        }
        else if (!full.IsEmpty)
        {
            // A long backlog of a full domain was passed over for nothing. Not four times a second.
            _nextClaim = now + PauseAfterNothing;
        }

        return claimed.Length == limit;
    }

    private async Task PurgeAsync(DateTimeOffset now, CancellationToken stopping)
    {
        foreach ((MailId messageId, Target target) in await store.PurgeFailedAsync(now - _options.KeepFailed, stopping))
        {
            Log.Purged(logger, messageId, target.Destination);
            journal.Ended(messageId, target, "dropped", $"kept for {_options.KeepFailed} after it failed");
        }
    }

    private async Task GiveBackAsync(ImmutableArray<ActiveDelivery> waiting, CancellationToken cancellation)
    {
        DateTimeOffset now = clock.GetUtcNow();
        try
        {
            await store.ReleaseAsync([.. waiting.Select(delivery => (delivery.Delivery.Claim, now))], cancellation);
        }
        catch (QueueUnavailableException e)
        {
            // Their claims are due at the next start.
            Log.TurnFailed(logger, e);
        }
        finally
        {
            foreach (ActiveDelivery delivery in waiting)
            {
                delivery.Mail?.Content.Dispose();
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3001, Level = LogLevel.Debug, Message = "Claimed {Deliveries} due deliveries")]
        public static partial void Claimed(ILogger logger, int deliveries);

        [LoggerMessage(EventId = 3002, Level = LogLevel.Error, Message = "The queue could not be worked on; trying again")]
        public static partial void TurnFailed(ILogger logger, Exception reason);

        [LoggerMessage(EventId = 3003, Level = LogLevel.Warning, Message = "{MessageId}: failed delivery to {Destination} was kept long enough and is removed")]
        public static partial void Purged(ILogger logger, MailId messageId, EmailAddress destination);

        [LoggerMessage(EventId = 3004, Level = LogLevel.Warning, Message = "Stopped with {Attempts} attempts under way; they are made again at the next start")]
        public static partial void Abandoned(ILogger logger, int attempts);
    }
}
