using EmailRouting.Queue;
using EmailRouting.Sqlite;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Cli;

/// <summary>The queue's database as a command opens it. Where no server has run yet it is made, empty.</summary>
internal sealed class OperatorQueue : IDbContextFactory<QueueDb>
{
    private readonly DbContextOptions<QueueDb> _options;

    private OperatorQueue(DataDirectory directory)
    {
        var options = new DbContextOptionsBuilder<QueueDb>();
        options.UseDurableSqlite(directory.QueueDatabase);
        _options = options.Options;
    }

    public static async Task<QueueOperator> OpenAsync(DataDirectory directory, TimeProvider clock, CancellationToken cancellation)
    {
        var queue = new OperatorQueue(directory);
        await using QueueDb db = queue.CreateDbContext();
        await OperatorMigration.RunAsync(db, directory, clock, cancellation);
        OperatorActivity activity = await OperatorActivity.OpenAsync(directory, clock, cancellation);
        return new QueueOperator(queue, directory, clock, activity.EndedAsync);
    }

    public QueueDb CreateDbContext() => new(_options);
}
