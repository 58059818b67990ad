namespace EmailRouting.Delivery;

/// <summary>The connections to one hop: those that wait for a message, how many there are in all, and who waits for one.</summary>
/// <remarks>Takes no part in I/O: every member is a few steps under a lock.</remarks>
internal sealed class HostConnections(int limit)
{
    private readonly Lock _lock = new();
    private readonly List<SmtpConnection> _idle = [];
    private readonly Queue<TaskCompletionSource<SmtpConnection?>> _waiting = [];
    private int _open;
    private bool _isRetired;

    /// <summary>
    /// The connection that went idle last; or null and the right to open one; or a task that ends in either once somebody gives one back.
    /// False where this object has been retired meanwhile: ask for a new one.
    /// </summary>
    public bool TryTake(out SmtpConnection? idle, out TaskCompletionSource<SmtpConnection?>? turn)
    {
        lock (_lock)
        {
            (idle, turn) = (null, null);
            if (_isRetired)
            {
                return false;
            }

            if (_idle.Count > 0)
            {
                // Last in, first out: in quiet times the others grow old and are closed.
                idle = _idle[^1];
                _idle.RemoveAt(_idle.Count - 1);
            }
            else if (_open < limit)
            {
                _open++;
            }
            else
            {
                turn = new TaskCompletionSource<SmtpConnection?>(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Enqueue(turn);
            }

            return true;
        }
    }

    /// <summary>Keeps a connection for the next message: whoever waits longest, else the idle ones. False where it is not wanted any more.</summary>
    public bool TryKeep(SmtpConnection connection)
    {
        lock (_lock)
        {
            if (_isRetired)
            {
                return false;
            }

            while (_waiting.TryDequeue(out TaskCompletionSource<SmtpConnection?>? turn))
            {
                if (turn.TrySetResult(connection))
                {
                    return true;
                }
            }

            _idle.Add(connection);
            return true;
        }
    }

    /// <summary>A connection was closed or could not be opened: whoever waits longest may open one.</summary>
    public void GiveUpPlace()
    {
        lock (_lock)
        {
            while (_waiting.TryDequeue(out TaskCompletionSource<SmtpConnection?>? turn))
            {
                if (turn.TrySetResult(null))
                {
                    return;
                }
            }

            _open--;
        }
    }

    /// <summary>Takes the connections out that have been idle since before <paramref name="before"/>. Their places are free at once.</summary>
    public List<SmtpConnection> TakeIdleSince(long before)
    {
        lock (_lock)
        {
            int count = _idle.FindIndex(connection => connection.IdleSince > before) is var first and >= 0 ? first : _idle.Count;
            List<SmtpConnection> old = _idle.GetRange(0, count);
            _idle.RemoveRange(0, count);
            _open -= count;
            return old;
        }
    }

    /// <summary>True where nothing is open and nobody waits; from then on this object is not used any more.</summary>
    public bool TryRetire()
    {
        lock (_lock)
        {
            return _isRetired |= _open == 0 && _waiting.Count == 0;
        }
    }

    /// <summary>Nothing is kept from here on.</summary>
    public void Retire()
    {
        lock (_lock)
        {
            _isRetired = true;
        }
    }
}
