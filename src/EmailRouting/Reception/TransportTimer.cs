using System.IO.Pipelines;

namespace EmailRouting.Reception;

/// <summary>Wakes a pending read or flush that has waited too long. One timer a connection, set anew for each wait.</summary>
/// <remarks>
/// That the client has closed its side is of no use here: it may still wait for our replies.
/// </remarks>
internal sealed class TransportTimer : IDisposable
{
    private readonly ITimer _timer;
    private volatile PipeReader _reader;
    private volatile PipeWriter _writer;
    private volatile bool _isFlush;

    public TransportTimer(TimeProvider clock, PipeReader reader, PipeWriter writer)
    {
        (_reader, _writer) = (reader, writer);
        _timer = clock.CreateTimer(static state => ((TransportTimer)state!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>True once the time set last is over.</summary>
    public bool HasFired { get; private set; }

    public void Watch(PipeReader reader, PipeWriter writer) => (_reader, _writer) = (reader, writer);

    /// <summary>A read that was overtaken by its octets in the last moment has not timed out.</summary>
    public void Forget() => HasFired = false;

    public void StartRead(TimeSpan timeout) => Start(timeout, isFlush: false);

    public void StartFlush(TimeSpan timeout) => Start(timeout, isFlush: true);

    public void Stop() => _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Dispose() => _timer.Dispose();

    private void Start(TimeSpan timeout, bool isFlush)
    {
        _isFlush = isFlush;
        _timer.Change(timeout, Timeout.InfiniteTimeSpan);
    }

    private void Fire()
    {
        HasFired = true;
        if (_isFlush)
        {
            _writer.CancelPendingFlush();
        }
        else
        {
            _reader.CancelPendingRead();
        }
    }
}
