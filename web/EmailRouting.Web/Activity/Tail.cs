using EmailRouting.Activity;

namespace EmailRouting.Web.Activity;

/// <summary>Tells a page that there may be something new. It takes the feed for a bell: what has happened is read from the log, which the filters apply to.</summary>
internal sealed class Tail(ActivityFeed feed, ActivityLog log, TimeProvider clock, CancellationToken leaving) : IDisposable
{
    // It only matters whether there is one.
    private const int Buffer = 4;

    // The log is written a little later than the feed is told: after the last event the page looks once more, and until all is written.
    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(2);

    private ActivitySubscription? _subscription;
    private IReadOnlyList<string>? _domains;
    private Task<bool>? _next;
    private bool _isUnsettled;

    /// <param name="domains">Whose mail; null for all.</param>
    public void Watch(IReadOnlyList<string>? domains)
    {
        if (_subscription is not null && (_domains is null ? domains is null : domains is not null && _domains.SequenceEqual(domains)))
        {
            return;
        }

        ActivitySubscription? before = _subscription;
        (_domains, _subscription) = (domains, feed.Subscribe(domains, Buffer));
        before?.Dispose();

        // What came just before may not be written yet.
        _isUnsettled = true;
    }

    public async Task ComeAsync()
    {
        while (!leaving.IsCancellationRequested)
        {
            if (_subscription is not { } subscription)
            {
                await Task.Delay(Afterwards, clock, leaving);
                continue;
            }

            _next ??= subscription.WaitAsync();
            if (_isUnsettled && await Task.WhenAny(_next, Task.Delay(Afterwards, clock, leaving)) != _next)
            {
                leaving.ThrowIfCancellationRequested();
                _isUnsettled = log.IsBehind;
                return;
            }

            // False: the page is gone, or another subscription has taken this one's place.
            bool isOne = await _next;
            _next = null;
            if (isOne)
            {
                while (subscription.TryRead(out _))
                {
                }

                _isUnsettled = true;
                return;
            }
        }
    }

    public void Dispose() => _subscription?.Dispose();
}
