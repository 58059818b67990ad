namespace EmailRouting.Sqlite.Queue;

/// <summary>A change that has an answer. The caller goes on elsewhere, never on the writer's thread: the next group must not wait for it.</summary>
internal sealed class Write<T>(Func<QueueStatements, T> change) : TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously), IWrite
{
    private T? _answer;

    public void Execute(QueueStatements statements) => _answer = change(statements);

    public void Committed() => SetResult(_answer!);

    public void Failed(Exception reason) => SetException(reason);
}
