using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace EmailRouting.Sqlite;

/// <summary>Gives every connection that EF Core opens its pragmas.</summary>
internal sealed class ConnectionPragmas(string pragmas) : DbConnectionInterceptor
{
    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using DbCommand command = connection.CreateCommand();
        command.CommandText = pragmas;
        command.ExecuteNonQuery();
    }

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        // SQLite knows no asynchronous work.
        ConnectionOpened(connection, eventData);
        return Task.CompletedTask;
    }
}
