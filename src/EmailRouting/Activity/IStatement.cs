namespace EmailRouting.Activity;

/// <summary>One statement that a batch runs many times.</summary>
public interface IStatement : IDisposable
{
    /// <param name="values">Of its parameters, in the order in which these appear.</param>
    /// <returns>Rows changed.</returns>
    int Execute(params ReadOnlySpan<StatementValue> values);
}
