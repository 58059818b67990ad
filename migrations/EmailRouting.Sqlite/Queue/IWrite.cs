namespace EmailRouting.Sqlite.Queue;

/// <summary>One caller's change, as the writer sees it: done inside a transaction that it may share with others, and told of its end once that is committed.</summary>
internal interface IWrite
{
    /// <summary>May run more than once: where the transaction it shared was rolled back, it is done again by itself.</summary>
    void Execute(QueueStatements statements);

    void Committed();

    void Failed(Exception reason);
}
