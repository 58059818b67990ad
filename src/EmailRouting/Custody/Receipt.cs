namespace EmailRouting.Custody;

/// <summary>The account of one transaction from its final dot until it is known whether the sender got the reply.</summary>
public sealed class Receipt
{
    private readonly Ledger _ledger;
    private TaskCompletionSource? _closed;
    private bool _isClosed;

    private readonly Func<bool> _isSenderGone;

    internal Receipt(Ledger ledger, LedgerKey key, Func<bool> isSenderGone) => (_ledger, Key, _isSenderGone) = (ledger, key, isSenderGone);

    /// <summary>This transaction repeats one that was taken; it is answered 250 and nothing else is done.</summary>
    public bool WasTaken { get; internal set; }

    internal LedgerKey Key { get; }

    /// <summary>Whether somebody may come with this message again: only who has given the connection up.</summary>
    internal bool MayBeRetried => _isSenderGone();

    /// <summary>Done when the reply is out or lost. Made only where somebody waits.</summary>
    internal Task Closed
    {
        get
        {
            // Both sides write their own field before they read the other's: whoever comes second sees both.
            Interlocked.CompareExchange(ref _closed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), null);
            if (Volatile.Read(ref _isClosed))
            {
                _closed.TrySetResult();
            }

            return _closed.Task;
        }
    }

    /// <summary>The reply was handed to a connection that lives, or was not a 250: the sender knows.</summary>
    public void Close()
    {
        _ledger.Close(this);
        Volatile.Write(ref _isClosed, true);
        Interlocked.MemoryBarrier();
        _closed?.TrySetResult();
    }

    /// <summary>The 250 met a dead connection. May be said after <see cref="Close"/>, when a reset follows the reply.</summary>
    public void Lost()
    {
        _ledger.Add(Key);
        Close();
    }
}
