namespace EmailRouting.Mail;

/// <summary>How many octets of messages may be in memory at once (invariant 10).</summary>
public sealed class MemoryBudget(long limit)
{
    private long _used;

    public long Used => Volatile.Read(ref _used);

    /// <summary>True when no new message should be begun: 452 4.3.1.</summary>
    public bool IsExhausted => Used >= limit;

    /// <summary>False where the octets do not fit; a message that is under way then goes on in a file.</summary>
    public bool TryReserve(long octets)
    {
        if (Interlocked.Add(ref _used, octets) <= limit)
        {
            return true;
        }

        Interlocked.Add(ref _used, -octets);
        return false;
    }

    public void Release(long octets) => Interlocked.Add(ref _used, -octets);
}
