using System.Data.Common;
using EmailRouting.Activity;
using EmailRouting.Sqlite;
using EmailRouting.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EmailRouting.Benchmarks.Activity;

/// <summary>An activity database on disk, filled batch by batch as the writer of the server fills it.</summary>
internal sealed class FilledActivity : IAsyncDisposable
{
    // What gathers in a fifth of a second at the highest rate, and the writer's own bound.
    private const int Batch = 2_000;

    private readonly DataDirectory _directory;
    private readonly ServiceProvider _services;

    private FilledActivity(DataDirectory directory) =>
        (_directory, _services) = (directory, new ServiceCollection().AddSqliteStorage(directory).BuildServiceProvider());

    public IDbContextFactory<ActivityDb> Databases => _services.GetRequiredService<IDbContextFactory<ActivityDb>>();

    public IActivityIndex Index => _services.GetRequiredService<IActivityIndex>();

    public long Bytes => new FileInfo(_directory.ActivityDatabase).Length;

    public static Task<FilledActivity> CreateAsync() => CreateAsync(new DataDirectory(Directory.CreateTempSubdirectory("activity-bench-").FullName));

    /// <param name="directory">Without activity so far.</param>
    public static async Task<FilledActivity> CreateAsync(DataDirectory directory)
    {
        var filled = new FilledActivity(directory);
        await using ActivityDb db = await filled.Databases.CreateDbContextAsync();
        await SqliteMigrator.MigrateAsync(db, CancellationToken.None);
        return filled;
    }

    public async Task WriteAsync(IEnumerable<ActivityRecord> records)
    {
        foreach (ActivityRecord[] batch in records.Chunk(Batch))
        {
            await using ActivityDb db = await Databases.CreateDbContextAsync();
            await db.Database.OpenConnectionAsync();
            DbConnection connection = db.Database.GetDbConnection();
            await using DbTransaction transaction = await connection.BeginTransactionAsync();
            ActivityBatch.Write(connection, transaction, _services.GetRequiredService<IStatements>(), Index, batch);
            await transaction.CommitAsync();
        }
    }

    public async Task IndexAsync()
    {
        var indexing = new ActivityIndexing(Databases, Index);
        while (await indexing.StepAsync(CancellationToken.None))
        {
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_directory.Path, recursive: true);
    }
}
