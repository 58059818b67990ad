using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EmailRouting.Rules;

/// <summary>Keeps the rules in memory no more than a moment behind the database, whichever process edits it.</summary>
public sealed partial class RuleReloader(RuleLoader loader, RuleSnapshot snapshot, RulesMetrics metrics, TimeProvider clock, ILogger<RuleReloader> logger)
    : BackgroundService
{
    // One look at the end of a small table; five of them a second leave most of the promised second for the reading.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private readonly SemaphoreSlim _turn = new(1);
    private bool _failing;

    /// <summary>The first load, before anything listens. Throws where the database cannot be read: a server without rules must not start.</summary>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            await ReadAsync(cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Takes over what has changed. On failure the old rules stay in force, an error is logged, and the next look tries again.</summary>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            await ReadAsync(cancellation);
            if (_failing)
            {
                _failing = false;
                Log.Recovered(logger);
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            metrics.Failed();
            if (!_failing)
            {
                _failing = true;
                Log.Failed(logger, failure);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _turn.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await RefreshAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task ReadAsync(CancellationToken cancellation)
    {
        long start = clock.GetTimestamp();
        RuleSet? current = snapshot.Current;
        RuleSet rules = current is null ? await loader.LoadAllAsync(cancellation) : await loader.LoadChangesAsync(current, cancellation);
        if (_failing || !ReferenceEquals(rules, current))
        {
            snapshot.Replace(rules);
            TimeSpan duration = clock.GetElapsedTime(start);
            metrics.Loaded(duration);
            Log.Loaded(logger, rules.Count, rules.Version, duration.TotalMilliseconds);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 2010, Level = LogLevel.Information, Message = "{Rules} rules in force as of change {Version}, read in {Milliseconds:F0} ms")]
        public static partial void Loaded(ILogger logger, int rules, long version, double milliseconds);

        [LoggerMessage(EventId = 2011, Level = LogLevel.Error, Message = "Changed rules cannot be read; the old ones stay in force until they can")]
        public static partial void Failed(ILogger logger, Exception failure);

        [LoggerMessage(EventId = 2012, Level = LogLevel.Information, Message = "Rules can be read again")]
        public static partial void Recovered(ILogger logger);
    }
}
