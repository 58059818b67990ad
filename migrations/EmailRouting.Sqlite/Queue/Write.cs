namespace EmailRouting.Sqlite.Queue;

/// <summary>A change that has an answer. The caller goes on elsewhere, never on the writer's thread: the next group must not wait for it.</summary>
/// <param name="change">Called on the writer's thread.</param>
/// <param name="state">For it. What every message needs is handed over so, and not caught in a closure.</param>
internal sealed class Write<TState, T>(Func<QueueStatements, TState, T> change, TState state)
    : TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously), IWrite
{
    private T? _answer;

    public void Execute(QueueStatements statements) => _answer = change(statements, state);

    public void Committed() => SetResult(_answer!);

    public void Failed(Exception reason) => SetException(reason);
}
