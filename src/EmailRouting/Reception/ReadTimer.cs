using System.IO.Pipelines;

namespace EmailRouting.Reception;

/// <summary>Wakes a pending read that has waited too long. One timer a connection, set anew for each read.</summary>
/// <remarks>
/// The connection's own "closed" token is of no use here: it fires when the client only shuts its sending side, and that client still waits for our replies.
/// </remarks>
internal sealed class ReadTimer : IDisposable
{
    private readonly ITimer _timer;
    private volatile PipeReader _reader;

    public ReadTimer(TimeProvider clock, PipeReader reader)
    {
        _reader = reader;
        _timer = clock.CreateTimer(static state => ((ReadTimer)state!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>True once the time set last is over.</summary>
    public bool HasFired { get; private set; }

    public void Watch(PipeReader reader) => _reader = reader;

    /// <summary>A read that was overtaken by its octets in the last moment has not timed out.</summary>
    public void Forget() => HasFired = false;

    public void Start(TimeSpan timeout) => _timer.Change(timeout, Timeout.InfiniteTimeSpan);

    public void Stop() => _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Dispose() => _timer.Dispose();

    private void Fire()
    {
        HasFired = true;
        _reader.CancelPendingRead();
    }
}
