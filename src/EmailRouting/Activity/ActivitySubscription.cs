using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace EmailRouting.Activity;

/// <summary>One who watches. To be disposed of when done.</summary>
public sealed class ActivitySubscription : IDisposable
{
    private readonly IReadOnlyCollection<string>? _domains;
    private readonly Action<ActivitySubscription> _leave;
    private readonly Channel<ActivityRecord> _records;
    private long _dropped;

    internal ActivitySubscription(IReadOnlyCollection<string>? domains, int buffer, Action<ActivitySubscription> leave)
    {
        (_domains, _leave) = (domains, leave);
        _records = Channel.CreateBounded<ActivityRecord>(
            new BoundedChannelOptions(buffer) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest },
            _ => Interlocked.Increment(ref _dropped));
    }

    /// <summary>Records that were dropped so far because they were not read in time.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>The records as they come; ends when the subscription is disposed of. For one reader.</summary>
    public IAsyncEnumerable<ActivityRecord> ReadAllAsync(CancellationToken cancellation) => _records.Reader.ReadAllAsync(cancellation);

    /// <summary>Until there is something to read; false where there will be nothing any more, since the subscription is disposed of.</summary>
    public Task<bool> WaitAsync() => _records.Reader.WaitToReadAsync().AsTask();

    public bool TryRead([NotNullWhen(true)] out ActivityRecord? record) => _records.Reader.TryRead(out record);

    public void Dispose()
    {
        _leave(this);
        _records.Writer.TryComplete();
    }

    internal void Offer(ActivityRecord record)
    {
        if ((_domains is null ? record : record.Within(_domains)) is { } visible)
        {
            _records.Writer.TryWrite(visible);
        }
    }
}
