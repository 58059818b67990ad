using System.Buffers;

namespace EmailRouting.Mail;

/// <summary>What one message holds of the memory: its share of the budget, and the arrays that it lies in. Both go back when its last holder is done.</summary>
/// <remarks>
/// The arrays are lent by the pool and hold another message next. Two things stand against a mistake in that: a message that is given back hands out nothing any more
/// (<see cref="MessageContent.TryGetMemory"/>), and none is ended at its destination whose octets are not those that came in (<see cref="ContentFacts.Sha256"/>).
/// </remarks>
/// <param name="budget">Null where nobody counts.</param>
public sealed class MessageMemory(MemoryBudget? budget) : IDisposable
{
    private byte[]? _first;
    private List<byte[]>? _others;
    private long _counted;

    /// <returns>False where the budget has no room for so many octets.</returns>
    public bool TryCount(long octets)
    {
        if (budget?.TryReserve(octets) == false)
        {
            return false;
        }

        _counted += octets;
        return true;
    }

    /// <returns>An array of at least so many octets, with anything in it.</returns>
    public byte[] Rent(int octets)
    {
        byte[] array = ArrayPool<byte>.Shared.Rent(octets);
        if (_first is null)
        {
            _first = array;
        }
        else
        {
            (_others ??= []).Add(array);
        }

        return array;
    }

    /// <summary>Gives everything back except one array, which counts no more.</summary>
    public void GiveBackAllBut(byte[]? kept)
    {
        budget?.Release(Interlocked.Exchange(ref _counted, 0));
        Return(_first, kept);
        for (int i = 0; i < _others?.Count; i++)
        {
            Return(_others[i], kept);
        }

        (_first, _others) = (kept, null);
    }

    public void Dispose() => GiveBackAllBut(null);

    private static void Return(byte[]? array, byte[]? kept)
    {
        if (array is not null && array != kept)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
