using EmailRouting.Activity;
using EmailRouting.Custody;
using EmailRouting.Queue;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EmailRouting.Sqlite.Queue;

/// <summary>Registers the queue's database.</summary>
public static class SqliteQueue
{
    /// <summary>The store that <c>serve</c> works on, and what the operator may do from any process. The database is migrated by the holder of the lock, before.</summary>
    public static IServiceCollection AddSqliteQueue(this IServiceCollection services, DataDirectory directory)
    {
        services.TryAddSingleton(directory);
        services.TryAddSingleton(TimeProvider.System);
        services.AddPooledDbContextFactory<QueueDb>(options => options.UseDurableSqlite(directory.QueueDatabase));
        services.AddSingleton<SqliteQueueStore>();
        services.AddSingleton<IQueueStore>(provider => provider.GetRequiredService<SqliteQueueStore>());
        services.AddSingleton<ILedgerStore>(provider => provider.GetRequiredService<SqliteQueueStore>());
        services.AddSingleton(provider =>
        {
            ActivityLog activity = provider.GetRequiredService<ActivityLog>();
            return new QueueOperator(
                provider.GetRequiredService<IDbContextFactory<QueueDb>>(),
                directory,
                provider.GetRequiredService<TimeProvider>(),
                (id, target, end, reason) =>
                {
                    activity.Ended(id, target, end, reason);
                    return Task.CompletedTask;
                });
        });
        return services;
    }
}
