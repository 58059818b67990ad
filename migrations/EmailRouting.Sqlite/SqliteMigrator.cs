using EmailRouting.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Sqlite;

/// <summary>Brings a database up to the version of this program. Only for the holder of <see cref="DataDirectoryLock"/>.</summary>
public static class SqliteMigrator
{
    /// <summary>Whether something is left to be applied.</summary>
    /// <exception cref="NewerDatabaseException">The database is ahead of this program.</exception>
    public static async Task<bool> IsBehindAsync(DbContext db, CancellationToken cancellation)
    {
        if (!await db.Database.CanConnectAsync(cancellation))
        {
            return true;
        }

        HashSet<string> known = [.. db.Database.GetMigrations()];
        List<string> applied = [.. await db.Database.GetAppliedMigrationsAsync(cancellation)];
        return applied.Find(migration => !known.Contains(migration)) is { } unknown
            ? throw new NewerDatabaseException(((SqliteConnection)db.Database.GetDbConnection()).DataSource, unknown)
            : applied.Count < known.Count;
    }

    /// <exception cref="NewerDatabaseException">The database is ahead of this program.</exception>
    public static async Task MigrateAsync(DbContext db, CancellationToken cancellation)
    {
        if (!await IsBehindAsync(db, cancellation))
        {
            return;
        }

        // EF Core takes a lock in a table, and waits for ever where a process died with it. Ours is the data directory's, so this one is nobody's.
        await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellation);
        await db.Database.MigrateAsync(cancellation);
    }
}
