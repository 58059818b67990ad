using EmailRouting.Activity;
using EmailRouting.Sqlite.Activity;
using EmailRouting.Sqlite.Queue;
using EmailRouting.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EmailRouting.Sqlite;

/// <summary>Registers the databases of a data directory.</summary>
public static class SqliteStorage
{
    public static IServiceCollection AddSqliteStorage(this IServiceCollection services, DataDirectory directory) =>
        services
            .AddPooledDbContextFactory<RulesDb>(options => options.UseDurableSqlite(directory.RulesDatabase))
            .AddPooledDbContextFactory<ActivityDb>(options => options.UseRelaxedSqlite(directory.ActivityDatabase))
            .AddSingleton<IStatements, SqliteStatements>()
            .AddSingleton<IActivityIndex, SqliteActivityIndex>()
            .AddSqliteQueue(directory);
}
