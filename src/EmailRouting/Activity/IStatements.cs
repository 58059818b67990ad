using System.Data.Common;

namespace EmailRouting.Activity;

/// <summary>Prepares what is run for every message. The way that all databases share costs more than the rows do, so each has its own, behind the model.</summary>
public interface IStatements
{
    /// <param name="connection">Open, with a transaction under way.</param>
    /// <param name="sql">From the code of this folder, never from outside. Its parameters are <c>@a</c>, <c>@b</c> and so on.</param>
    IStatement Prepare(DbConnection connection, string sql);
}
