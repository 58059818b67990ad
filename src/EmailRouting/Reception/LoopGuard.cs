using EmailRouting.Smtp;

namespace EmailRouting.Reception;

/// <summary>Counts how often one message has come by for one recipient within an hour (invariant 6).</summary>
/// <remarks>
/// The transparent profile adds no <c>Received</c> line, so a message that goes round looks the same each time, and this is how a loop is seen. A table of fixed size: a
/// newcomer takes the place of the entry of its set that was seen least, the oldest of those, so a flood of other mail cannot wash out a loop that turns.
/// </remarks>
internal sealed class LoopGuard(TimeProvider clock)
{
    private const int Sets = 1 << 15;
    private const int Ways = 4;
    private const long WindowSeconds = 3600;

    private readonly Entry[] _entries = new Entry[Sets * Ways];
    private readonly Lock _lock = new();

    /// <summary>Counts a visit and says which it is within the hour, from 1.</summary>
    public int Visit(ulong messageIdentity, EmailAddress recipient)
    {
        ulong key = Key(messageIdentity, recipient);
        uint now = Now();
        lock (_lock)
        {
            ref Entry entry = ref Find(key, now);
            if (entry.Key != key || now - entry.FirstSeen >= WindowSeconds)
            {
                entry = new Entry { Key = key, FirstSeen = now };
            }

            return ++entry.Visits;
        }
    }

    /// <summary>A visit that was answered 4xx does not count: the sender was asked to come again.</summary>
    public void Forget(ulong messageIdentity, EmailAddress recipient)
    {
        ulong key = Key(messageIdentity, recipient);
        lock (_lock)
        {
            ref Entry entry = ref Find(key, Now());
            if (entry.Key == key && entry.Visits > 0)
            {
                entry.Visits--;
            }
        }
    }

    private uint Now() => (uint)clock.GetUtcNow().ToUnixTimeSeconds();

    // The entry of this key, or else the one to give up for it.
    private ref Entry Find(ulong key, uint now)
    {
        int start = (int)(key % Sets) * Ways;
        int victim = start;
        for (int i = start; i < start + Ways; i++)
        {
            if (_entries[i].Key == key)
            {
                return ref _entries[i];
            }

            if (Worth(_entries[i], now) < Worth(_entries[victim], now))
            {
                victim = i;
            }
        }

        return ref _entries[victim];
    }

    private static long Worth(in Entry entry, uint now) =>
        entry.Visits == 0 || now - entry.FirstSeen >= WindowSeconds ? -1 : ((long)entry.Visits << 32) | entry.FirstSeen;

    // Both hashes are random in each process.
    private static ulong Key(ulong messageIdentity, EmailAddress recipient)
    {
        uint localPart = (uint)string.GetHashCode(recipient.LocalPart, StringComparison.OrdinalIgnoreCase);
        uint domain = (uint)string.GetHashCode(recipient.Domain, StringComparison.Ordinal);
        return messageIdentity ^ (((ulong)localPart << 32) | domain);
    }

    private struct Entry
    {
        public ulong Key;
        public uint FirstSeen;
        public int Visits;
    }
}
