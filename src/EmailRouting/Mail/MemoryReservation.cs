namespace EmailRouting.Mail;

/// <summary>What one message holds of the budget; given back when its last holder is done.</summary>
internal sealed class MemoryReservation(MemoryBudget budget) : IDisposable
{
    private long _octets;

    public bool TryGrow(long octets)
    {
        if (!budget.TryReserve(octets))
        {
            return false;
        }

        _octets += octets;
        return true;
    }

    public void Dispose() => budget.Release(Interlocked.Exchange(ref _octets, 0));
}
