using System.Net;
using EmailRouting.Network;

namespace EmailRouting.Policy;

/// <summary>How many messages an hour each client has sent to each domain.</summary>
/// <remarks>
/// One instant for each: when all that it sent will have been paid for, a message costing its share of an hour. Whoever would be an hour ahead has to wait. A table of fixed
/// size (invariant 10): a newcomer takes the place of the client of its set that is the least ahead, and so the furthest from its limit.
/// </remarks>
internal sealed class MessageRates(TimeProvider clock)
{
    private const int Sets = 1 << 14;
    private const int Ways = 4;
    private const int NetworkOfFour = 24;
    private const int NetworkOfSix = 48;

    private readonly Lock _lock = new();
    private Entry[]? _entries;

    /// <summary>Counts a message from a client.</summary>
    /// <param name="domain">For which it is.</param>
    /// <param name="client">Its address; all of an IPv6 /64 count as one.</param>
    /// <param name="limit">Messages an hour.</param>
    /// <returns>False where it is one too many, which is not counted.</returns>
    public bool TryCountAddress(Guid domain, IPAddress client, int limit) => TryCount(domain, ClientNetwork.OfClient(client), limit);

    /// <inheritdoc cref="TryCountAddress"/>
    /// <summary>Counts a message from the network of a client: a /24 of IPv4, a /48 of IPv6.</summary>
    public bool TryCountNetwork(Guid domain, IPAddress client, int limit) =>
        TryCount(domain, ClientNetwork.Of(client, ClientNetwork.Bits(client) == 32 ? NetworkOfFour : NetworkOfSix), limit);

    private bool TryCount(Guid domain, IPNetwork network, int limit)
    {
        ulong key = ClientKey.Of(domain, network.ToString());
        long now = clock.GetUtcNow().UtcTicks;
        long cost = TimeSpan.TicksPerHour / limit;
        lock (_lock)
        {
            _entries ??= new Entry[Sets * Ways];
            ref Entry entry = ref Find(_entries.AsSpan((int)(key % Sets) * Ways, Ways), key);
            long paid = Math.Max(now, entry.Key == key ? entry.PaidAt : 0) + cost;
            if (paid - now > TimeSpan.TicksPerHour)
            {
                return false;
            }

            entry = new Entry(key, paid);
            return true;
        }
    }

    private static ref Entry Find(Span<Entry> set, ulong key)
    {
        ref Entry least = ref set[0];
        foreach (ref Entry entry in set)
        {
            if (entry.Key == key)
            {
                return ref entry;
            }

            if (entry.PaidAt < least.PaidAt)
            {
                least = ref entry;
            }
        }

        return ref least;
    }

    private readonly record struct Entry(ulong Key, long PaidAt);
}
