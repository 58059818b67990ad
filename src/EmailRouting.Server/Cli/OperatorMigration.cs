using EmailRouting.Sqlite;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Cli;

/// <summary>Brings a database to the version of this program before a command reads it, under the lock where nobody holds that.</summary>
internal static class OperatorMigration
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static async Task RunAsync(DbContext db, DataDirectory directory, TimeProvider clock, CancellationToken cancellation)
    {
        long start = clock.GetTimestamp();
        while (await SqliteMigrator.IsBehindAsync(db, cancellation))
        {
            using (DataDirectoryLock? held = DataDirectoryLock.TryTake(directory))
            {
                if (held is not null)
                {
                    await SqliteMigrator.MigrateAsync(db, cancellation);
                    return;
                }
            }

            // Who holds the lock may be a server that is starting, and about to migrate.
            if (clock.GetElapsedTime(start) > Patience)
            {
                throw new CommandException($"The database in {directory.Path} is of an older version and a running server holds it: restart the server with this version.");
            }

            await Task.Delay(Pause, clock, cancellation);
        }
    }
}
