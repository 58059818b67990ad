using System.Collections.Concurrent;

namespace EmailRouting.Custody;

/// <summary>
/// Messages that were taken, but whose 250 met a dead connection: their sender will come again, and is then answered 250 once instead of being taken
/// twice (RFC 1047).
/// </summary>
/// <remarks>Kept in the queue's database without an fsync of its own: an entry lost in a crash costs a duplicate, which SMTP itself cannot avoid there.</remarks>
public sealed class Ledger(TimeProvider clock, ILedgerStore store)
{
    /// <summary>How long a sender may take to come again.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<LedgerKey, DateTimeOffset> _entries = new();
    private readonly ConcurrentDictionary<LedgerKey, Receipt> _running = new();

    public int Count => _entries.Count;

    /// <summary>Reads what an earlier run of the server left.</summary>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        foreach ((LedgerKey key, DateTimeOffset expiresAt) in await store.LoadAsync(clock.GetUtcNow(), cancellation))
        {
            _entries[key] = expiresAt;
        }
    }

    /// <summary>
    /// Opens the account of one transaction. Where one with the same key is still running and its sender has given the connection up, it waits for that one's end, for this
    /// may be its retry. A sender that is still there does not retry: that is the same mail sent twice, or a message on its way round a loop, which waits for nobody.
    /// </summary>
    /// <param name="key">Of the transaction.</param>
    /// <param name="isSenderGone">Asks whether this transaction's own connection has closed.</param>
    /// <param name="cancellation">Ends the waiting; the transaction then goes on by itself.</param>
    /// <returns>The receipt; <see cref="Receipt.WasTaken"/> tells that this transaction is the retry of one that was taken.</returns>
    public async ValueTask<Receipt> OpenAsync(LedgerKey key, Func<bool> isSenderGone, CancellationToken cancellation)
    {
        var receipt = new Receipt(this, key, isSenderGone);
        while (!_running.TryAdd(key, receipt))
        {
            if (!_running.TryGetValue(key, out Receipt? other))
            {
                continue;
            }

            if (!other.MayBeRetried)
            {
                break;
            }

            try
            {
                await other.Closed.WaitAsync(cancellation);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        receipt.WasTaken = TryTake(key);
        return receipt;
    }

    /// <summary>Notes a message that was taken without its sender knowing.</summary>
    public void Add(LedgerKey key)
    {
        DateTimeOffset expiresAt = clock.GetUtcNow() + Lifetime;
        _entries[key] = expiresAt;
        store.Add(key, expiresAt);
    }

    internal void Close(Receipt receipt) => _running.TryRemove(new KeyValuePair<LedgerKey, Receipt>(receipt.Key, receipt));

    private bool TryTake(LedgerKey key)
    {
        if (_entries.IsEmpty || !_entries.TryRemove(key, out DateTimeOffset expiresAt))
        {
            return false;
        }

        store.Remove(key);
        return expiresAt > clock.GetUtcNow();
    }
}
