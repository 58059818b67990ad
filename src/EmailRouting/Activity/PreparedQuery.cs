using System.Data.Common;

namespace EmailRouting.Activity;

/// <summary>One question that a batch asks many times, with its parameter.</summary>
internal sealed class PreparedQuery : IDisposable
{
    private readonly DbCommand _command;
    private readonly DbParameter _parameter;

    /// <param name="connection">Open.</param>
    /// <param name="transaction">Under way on it.</param>
    /// <param name="sql">From the code of this folder, never from outside. Its parameter is <c>@a</c>.</param>
    public PreparedQuery(DbConnection connection, DbTransaction transaction, string sql)
    {
        _command = connection.CreateCommand();
        _command.Transaction = transaction;
#pragma warning disable CA2100
        _command.CommandText = sql;
#pragma warning restore CA2100
        _parameter = _command.CreateParameter();
        _parameter.ParameterName = "@a";
        _command.Parameters.Add(_parameter);
    }

    public DbDataReader Read(object value)
    {
        _parameter.Value = value;
        return _command.ExecuteReader();
    }

    public void Dispose() => _command.Dispose();
}
