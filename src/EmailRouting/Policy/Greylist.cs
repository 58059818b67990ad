namespace EmailRouting.Policy;

/// <summary>Strangers that were asked to come again, and those that did (RFC 6647).</summary>
/// <remarks>
/// In memory, and of fixed size (invariant 10): after a restart everybody is a stranger once more, which costs an honest sender a few minutes; a file would cost every message a
/// write. Where a set is full, who has not come again goes first, then who has not been seen for longest.
/// </remarks>
internal sealed class Greylist(TimeProvider clock)
{
    /// <summary>How long a stranger has to wait. Programs that never come again do not come after this either.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromMinutes(1);

    /// <summary>How long he may take to come again (RFC 5321 §4.5.4.1 has him try for days).</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(2);

    /// <summary>How long who has come again is known, from his last message on.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromDays(36);

    private const int Sets = 1 << 15;
    private const int Ways = 4;

    private readonly Lock _lock = new();
    private Entry[]? _entries;

    /// <summary>Zero where the message may go on; else how long its sender has to wait before he comes again.</summary>
    /// <param name="domain">For which it is.</param>
    /// <param name="stranger">Who sends what to whom, in one text.</param>
    public TimeSpan Ask(Guid domain, string stranger)
    {
        ulong key = ClientKey.Of(domain, stranger);
        long now = clock.GetUtcNow().UtcTicks;
        lock (_lock)
        {
            _entries ??= new Entry[Sets * Ways];
            ref Entry entry = ref Find(_entries.AsSpan((int)(key % Sets) * Ways, Ways), key);
            bool isKnown = entry.Key == key && now - entry.At <= (entry.HasComeAgain ? Memory : Window).Ticks;
            if (isKnown && (entry.HasComeAgain || now - entry.At >= Delay.Ticks))
            {
                entry = new Entry(key, now, HasComeAgain: true);
                return TimeSpan.Zero;
            }

            if (!isKnown)
            {
                entry = new Entry(key, now, HasComeAgain: false);
            }

            return Delay - TimeSpan.FromTicks(now - entry.At);
        }
    }

    private static ref Entry Find(Span<Entry> set, ulong key)
    {
        ref Entry worst = ref set[0];
        foreach (ref Entry entry in set)
        {
            if (entry.Key == key)
            {
                return ref entry;
            }

            if ((entry.HasComeAgain, entry.At).CompareTo((worst.HasComeAgain, worst.At)) < 0)
            {
                worst = ref entry;
            }
        }

        return ref worst;
    }

    /// <param name="Key">0: free.</param>
    /// <param name="At">When he first came, and once he has come again, when he last did.</param>
    /// <param name="HasComeAgain">After the delay.</param>
    private readonly record struct Entry(ulong Key, long At, bool HasComeAgain);
}
