using System.Diagnostics.CodeAnalysis;
using EmailRouting.Queue;
using Microsoft.Data.Sqlite;

namespace EmailRouting.Sqlite.Queue;

/// <summary>The one thread that writes to <c>queue.db</c>, with group commit: what waits when it comes round is one transaction and costs one fsync.</summary>
/// <remarks>
/// Nothing is delayed on purpose. While a commit waits for the disk the next group gathers by itself, so the groups grow with the load: one message alone pays for
/// one fsync, a hundred senders share one. The waiting list has no bound of its own: everyone on it is a caller who waits for the answer.
/// </remarks>
internal sealed class QueueWriter(string connectionString, Action<int> groupCommitted) : IAsyncDisposable
{
    private readonly Lock _changing = new();

    // Without spinning: on a machine of few cores whoever spins keeps the processor from those it waits for.
    private readonly ManualResetEventSlim _arrived = new(false, spinCount: 0);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<IWrite> _waiting = new(256);
    private QueueStatements? _statements;
    private bool _isStarted;
    private bool _isClosed;

    /// <summary>Opens the connection; what is wrong with the file is thrown here.</summary>
    public void Start()
    {
        _statements = new QueueStatements(connectionString);
        _isStarted = true;
        new Thread(Run) { Name = "queue writer", IsBackground = true }.Start();
    }

    /// <exception cref="QueueUnavailableException">The change is not made.</exception>
    public Task<T> RunAsync<T>(Func<QueueStatements, T> change) => RunAsync(static (statements, change) => change(statements), change);

    /// <inheritdoc cref="RunAsync{T}"/>
    /// <param name="change">Called on the writer's thread.</param>
    /// <param name="state">For it.</param>
    public Task<T> RunAsync<TState, T>(Func<QueueStatements, TState, T> change, TState state)
    {
        var write = new Write<TState, T>(change, state);
        lock (_changing)
        {
            if (_isClosed || !_isStarted)
            {
                return Task.FromException<T>(new QueueUnavailableException("The queue is closed", isDiskFull: false, new InvalidOperationException("No writer")));
            }

            _waiting.Add(write);
            _arrived.Set();
        }

        return write.Task;
    }

    public async ValueTask DisposeAsync()
    {
        lock (_changing)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            _arrived.Set();
        }

        if (_isStarted)
        {
            await _ended.Task;
        }

        _arrived.Dispose();
    }

    private void Run()
    {
        List<IWrite> group = new(256);
        while (true)
        {
            _arrived.Wait();
            lock (_changing)
            {
                _arrived.Reset();
                (group, _waiting) = (_waiting, group);
                if (group.Count == 0 && _isClosed)
                {
                    break;
                }
            }

            Commit(group);
            group.Clear();
            lock (_changing)
            {
                if (_isClosed && _waiting.Count == 0)
                {
                    break;
                }
            }
        }

        _statements?.Dispose();
        _ended.SetResult();
    }

    private void Commit(List<IWrite> group)
    {
        if (TryCommit(group) is not { } reason)
        {
            groupCommitted(group.Count);
            group.ForEach(write => write.Committed());
            return;
        }

        if (group.Count == 1)
        {
            group[0].Failed(Translate(reason));
            return;
        }

        // One of them cannot be done, or the disk holds some but not all: each is done again by itself, so that nobody fails for another's sake.
        foreach (IWrite write in group)
        {
            Commit([write]);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever goes wrong belongs to the caller who waits; the writer lives on.")]
    private Exception? TryCommit(List<IWrite> group)
    {
        try
        {
            _statements ??= new QueueStatements(connectionString);
            _statements.Begin();
            foreach (IWrite write in group)
            {
                write.Execute(_statements);
            }

            _statements.Commit();
            return null;
        }
        catch (Exception e)
        {
            // After an error of the disk a connection may be left in a state that its own rollback cannot mend. A new one recovers from the files.
            if (_statements?.TryRollBack() == false || e is SqliteException { SqliteErrorCode: SqliteFailure.IoError })
            {
                _statements?.Dispose();
                _statements = null;
            }

            return e;
        }
    }

    private static Exception Translate(Exception reason) => reason is SqliteException sqlite
        ? new QueueUnavailableException("The queue could not be written", sqlite.SqliteErrorCode == SqliteFailure.Full, sqlite)
        : reason;
}
