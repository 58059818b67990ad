using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Sqlite;

/// <summary>How every database of ours is opened.</summary>
public static class SqliteSettings
{
    // Foreign keys and the busy timeout belong to a connection, and so does synchronous; the journal mode stays in the file.
    // FULL syncs the write-ahead log at each commit: what a 250 depends on survives a power cut.
    // A file gets its page size when it is made, and an older one keeps what it has: half as many pages are written for a large message.
    private const string Durable = "PRAGMA page_size=8192; PRAGMA busy_timeout=5000; PRAGMA foreign_keys=ON; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;";

    // The last transactions may be lost in a power cut, the file stays whole: for what no promise rests on.
    private const string Relaxed = "PRAGMA busy_timeout=5000; PRAGMA foreign_keys=ON; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;";

    public static string ConnectionString(string path) => new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = SqliteOpenMode.ReadWriteCreate,
        DefaultTimeout = 10,
    }.ToString();

    /// <summary>For a connection outside EF Core: every open connection must be given these once.</summary>
    public static void ApplyDurable(SqliteConnection connection)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = Durable;
        command.ExecuteNonQuery();
    }

    /// <param name="options">Of the context.</param>
    /// <param name="path">The database file.</param>
    public static DbContextOptionsBuilder UseDurableSqlite(this DbContextOptionsBuilder options, string path) =>
        options.UseSqlite(ConnectionString(path), sqlite => sqlite.MigrationsAssembly(typeof(SqliteSettings).Assembly))
            .AddInterceptors(new ConnectionPragmas(Durable));

    /// <inheritdoc cref="UseDurableSqlite"/>
    public static DbContextOptionsBuilder UseRelaxedSqlite(this DbContextOptionsBuilder options, string path) =>
        options.UseSqlite(ConnectionString(path), sqlite => sqlite.MigrationsAssembly(typeof(SqliteSettings).Assembly))
            .AddInterceptors(new ConnectionPragmas(Relaxed));
}
