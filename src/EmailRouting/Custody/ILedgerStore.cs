namespace EmailRouting.Custody;

/// <summary>Where the ledger outlives the process: beside the queue.</summary>
public interface ILedgerStore
{
    /// <summary>Entries that have not expired; the others are removed.</summary>
    Task<IReadOnlyList<(LedgerKey Key, DateTimeOffset ExpiresAt)>> LoadAsync(DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Written with whatever is committed next; nobody waits for it.</summary>
    void Add(LedgerKey key, DateTimeOffset expiresAt);

    /// <summary>Written with whatever is committed next; nobody waits for it.</summary>
    void Remove(LedgerKey key);
}
