using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace EmailRouting.Delivery;

/// <summary>Keeps connections for the next message to the same hop, and no more of them than the host is to bear.</summary>
internal sealed class ConnectionPool : IAsyncDisposable
{
    // A connection that has just been used is not asked whether it still stands. Where it does not, the attempt finds out and takes a fresh one.
    private static readonly TimeSpan JustUsed = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<NextHop, HostConnections> _hosts = new();
    private readonly SmtpDialler _dialler;
    private readonly DeliveryOptions _options;
    private readonly DeliveryMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ITimer _sweep;

    public ConnectionPool(SmtpDialler dialler, IOptions<DeliveryOptions> options, DeliveryMetrics metrics, TimeProvider clock)
    {
        (_dialler, _options, _metrics, _clock) = (dialler, options.Value, metrics, clock);
        TimeSpan period = _options.IdleConnection / 2;
        _sweep = clock.CreateTimer(static pool => ((ConnectionPool)pool!).Sweep(), this, period, period);
    }

    /// <summary>An idle connection that still stands, or a new one. Waits where the host is at its limit.</summary>
    public ValueTask<Opening> RentAsync(NextHop hop, CancellationToken cancellation) => RentAsync(hop, mayReuse: true, cancellation);

    /// <summary>A new connection, and the idle ones to this hop closed: for an attempt that has just found one of them dead.</summary>
    public ValueTask<Opening> RentFreshAsync(NextHop hop, CancellationToken cancellation) => RentAsync(hop, mayReuse: false, cancellation);

    /// <summary>Takes a rented connection back, to keep it or to close it.</summary>
    public void Return(SmtpConnection connection)
    {
        connection.IdleSince = _clock.GetTimestamp();
        HostConnections host = _hosts[connection.Hop];
        if (!connection.IsReusable || !host.TryKeep(connection))
        {
            connection.Dispose();
            host.GiveUpPlace();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _sweep.DisposeAsync();
        foreach (HostConnections host in _hosts.Values)
        {
            host.Retire();
            await Task.WhenAll(host.TakeIdleSince(long.MaxValue).Select(idle => idle.QuitAsync().AsTask()));
        }
    }

    private async ValueTask<Opening> RentAsync(NextHop hop, bool mayReuse, CancellationToken cancellation)
    {
        while (true)
        {
            HostConnections host = _hosts.GetOrAdd(hop, static (_, limit) => new HostConnections(limit), _options.MaxConnectionsPerHost);
            if (!host.TryTake(out SmtpConnection? idle, out TaskCompletionSource<SmtpConnection?>? turn))
            {
                _hosts.TryRemove(KeyValuePair.Create(hop, host));
                continue;
            }

            if (turn is not null)
            {
                await using CancellationTokenRegistration leaving = cancellation.UnsafeRegister(
                    static turn => ((TaskCompletionSource<SmtpConnection?>)turn!).TrySetCanceled(), turn);
                idle = await turn.Task;
            }

            if (idle is not null)
            {
                if (mayReuse && (_clock.GetElapsedTime(idle.IdleSince) < JustUsed ? idle.IsReusable : idle.IsAlive))
                {
                    _metrics.ConnectionReused();
                    return new Opening(idle, Failure: null);
                }

                idle.Dispose();
                host.GiveUpPlace();
                continue;
            }

            // From here the right to open a connection is ours: it is given back on every way out without one.
            Opening opening = default;
            try
            {
                opening = await _dialler.OpenAsync(hop, cancellation);
            }
            finally
            {
                if (opening.Connection is null)
                {
                    host.GiveUpPlace();
                }
            }

            if (opening.Connection is not null)
            {
                _metrics.ConnectionOpened();
            }

            return opening;
        }
    }

    private void Sweep()
    {
        long before = _clock.GetTimestamp() - (long)(_options.IdleConnection.TotalSeconds * _clock.TimestampFrequency);
        foreach ((NextHop hop, HostConnections host) in _hosts)
        {
            foreach (SmtpConnection old in host.TakeIdleSince(before))
            {
                // Nobody waits for the farewell; QuitAsync closes the connection and throws nothing.
                _ = old.QuitAsync().AsTask();
            }

            if (host.TryRetire())
            {
                _hosts.TryRemove(KeyValuePair.Create(hop, host));
            }
        }
    }
}
