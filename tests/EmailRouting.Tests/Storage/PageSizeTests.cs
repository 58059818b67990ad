using EmailRouting.Sqlite;
using EmailRouting.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace EmailRouting.Tests.Storage;

/// <summary>A file has the size of page that it was made with, and only what is said before its first table counts.</summary>
public sealed class PageSizeTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pages-");

    [Fact]
    public async Task A_new_queue_has_pages_of_8_KiB_and_an_older_one_keeps_its_own()
    {
        string made = Path.Combine(_folder.FullName, "new.db");
        string older = Path.Combine(_folder.FullName, "older.db");
        await using (var connection = new SqliteConnection(SqliteSettings.ConnectionString(older)))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using SqliteCommand create = connection.CreateCommand();
            create.CommandText = "PRAGMA page_size=4096; PRAGMA journal_mode=WAL; CREATE TABLE Before (Id INTEGER)";
            await create.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal((8192, 4096), (await MigratedAsync(made), await MigratedAsync(older)));
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
    }

    private static async Task<long> MigratedAsync(string path)
    {
        var options = new DbContextOptionsBuilder<QueueDb>();
        options.UseDurableSqlite(path);
        await using var db = new QueueDb(options.Options);
        await SqliteMigrator.MigrateAsync(db, TestContext.Current.CancellationToken);
        return await db.Database.SqlQueryRaw<long>("SELECT page_size AS \"Value\" FROM pragma_page_size").SingleAsync(TestContext.Current.CancellationToken);
    }
}
