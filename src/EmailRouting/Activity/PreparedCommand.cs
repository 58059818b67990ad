using System.Data.Common;

namespace EmailRouting.Activity;

/// <summary>One statement that a batch runs many times, with its parameters by position.</summary>
internal sealed class PreparedCommand : IDisposable
{
    private readonly DbCommand _command;

    /// <param name="connection">Open.</param>
    /// <param name="transaction">Under way on it.</param>
    /// <param name="sql">From the code of this folder, never from outside. Its parameters are <c>@a</c>, <c>@b</c> and so on, in the order in which values are given.</param>
    /// <param name="parameters">How many.</param>
    public PreparedCommand(DbConnection connection, DbTransaction transaction, string sql, int parameters)
    {
        _command = connection.CreateCommand();
        _command.Transaction = transaction;
#pragma warning disable CA2100
        _command.CommandText = sql;
#pragma warning restore CA2100
        for (int i = 0; i < parameters; i++)
        {
            DbParameter parameter = _command.CreateParameter();
            parameter.ParameterName = Name(i);
            _command.Parameters.Add(parameter);
        }
    }

    /// <summary><c>INSERT INTO table</c> of these columns, with what may follow the values.</summary>
    public static PreparedCommand Insert(DbConnection connection, DbTransaction transaction, string table, string tail, params ReadOnlySpan<string> columns)
    {
        string names = string.Join(", ", columns.ToArray().Select(c => $"\"{c}\""));
        string values = string.Join(", ", Enumerable.Range(0, columns.Length).Select(Name));
        return new PreparedCommand(connection, transaction, $"INSERT INTO \"{table}\" ({names}) VALUES ({values}) {tail}", columns.Length);
    }

    /// <returns>Rows changed.</returns>
    public int Execute(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return _command.ExecuteNonQuery();
    }

    public DbDataReader Read(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return _command.ExecuteReader();
    }

    public void Dispose() => _command.Dispose();

    // A letter: providers look parameters up by name at each execution, which is a good part of what an insert costs.
    private static string Name(int parameter) => $"@{(char)('a' + parameter)}";

    private void Bind(ReadOnlySpan<object?> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            _command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }
    }
}
