using System.Data.Common;
using EmailRouting.Activity;
using Microsoft.Data.Sqlite;

namespace EmailRouting.Sqlite;

/// <inheritdoc cref="IStatements"/>
public sealed class SqliteStatements : IStatements
{
    public IStatement Prepare(DbConnection connection, string sql) => new Statement((SqliteConnection)connection, sql);
}
