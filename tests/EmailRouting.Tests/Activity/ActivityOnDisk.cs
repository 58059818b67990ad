using System.Data.Common;
using EmailRouting.Activity;
using EmailRouting.Mail;
using EmailRouting.Sqlite;
using EmailRouting.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace EmailRouting.Tests.Activity;

/// <summary>An activity log on disk in a folder of its own: written as the server writes it, a batch at a time, and read through the real readers.</summary>
internal sealed class ActivityOnDisk : IAsyncDisposable
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly ServiceProvider _services;

    private ActivityOnDisk(string path)
    {
        Directory = new DataDirectory(path);
        _services = new ServiceCollection().AddSqliteStorage(Directory).BuildServiceProvider();
        Reader = new ActivityReader(Databases, Index);
        Analytics = new ActivityAnalytics(Databases);
        Journal = new ActivityJournal(Databases, Statements, Index, Clock);
    }

    public DataDirectory Directory { get; }

    public FakeTimeProvider Clock { get; } = new(Noon);

    public IDbContextFactory<ActivityDb> Databases => _services.GetRequiredService<IDbContextFactory<ActivityDb>>();

    public IActivityIndex Index => _services.GetRequiredService<IActivityIndex>();

    public IStatements Statements => _services.GetRequiredService<IStatements>();

    public ActivityReader Reader { get; }

    public ActivityAnalytics Analytics { get; }

    public ActivityJournal Journal { get; }

    public static ActivityOnDisk Empty() => new(System.IO.Directory.CreateTempSubdirectory("activity-").FullName);

    public static async Task<ActivityOnDisk> CreateAsync()
    {
        ActivityOnDisk activity = Empty();
        await activity.MigrateAsync();
        return activity;
    }

    public async Task MigrateAsync()
    {
        await using ActivityDb db = await Databases.CreateDbContextAsync();
        await SqliteMigrator.MigrateAsync(db, CancellationToken.None);
    }

    /// <summary>One batch: what is in one call is written in one transaction.</summary>
    public async Task WriteAsync(params ActivityRecord[] records)
    {
        await using ActivityDb db = await Databases.CreateDbContextAsync();
        await db.Database.OpenConnectionAsync();
        DbConnection connection = db.Database.GetDbConnection();
        await using DbTransaction transaction = await connection.BeginTransactionAsync();
        ActivityBatch.Write(connection, transaction, Statements, Index, records);
        await transaction.CommitAsync();
    }

    /// <summary>Brings the search index up to date.</summary>
    public async Task IndexAsync()
    {
        var indexing = new ActivityIndexing(Databases, Index);
        while (await indexing.StepAsync(CancellationToken.None))
        {
        }
    }

    public async Task PurgeAsync(DateTimeOffset oldest)
    {
        var purge = new ActivityPurge(Databases, Index, oldest);
        while (await purge.StepAsync(CancellationToken.None))
        {
        }
    }

    public async Task<MessageStatus> StatusAsync(MailId id) => (await ShowAsync(id)).Status;

    public async Task<ActivityStory> ShowAsync(MailId id) =>
        await Reader.ShowAsync(id, domains: null, CancellationToken.None) ?? throw new InvalidOperationException($"There is no {id}");

    public Task<ActivityPage> ListAsync(ActivityFilter filter, MailId? after = null, int limit = 100) =>
        Reader.ListAsync(filter, after, limit, CancellationToken.None);

    /// <summary>The ids that a filter finds, the newest first.</summary>
    public async Task<MailId[]> FindAsync(ActivityFilter filter) => [.. (await ListAsync(filter)).Entries.Select(e => e.Id)];

    public async Task<ActivityCounts> CountsAsync(params string[] domains) =>
        await Analytics.CountsAsync(Noon.AddDays(-1), Noon.AddDays(1), ActivityInterval.Hour, domains.Length == 0 ? null : domains, CancellationToken.None);

    public async Task<long> ScalarAsync(string sql)
    {
        await using ActivityDb db = await Databases.CreateDbContextAsync();
        await db.Database.OpenConnectionAsync();
        await using DbCommand command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;
        return (long)(await command.ExecuteScalarAsync() ?? 0L);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        SqliteConnection.ClearAllPools();
        System.IO.Directory.Delete(Directory.Path, recursive: true);
    }
}
