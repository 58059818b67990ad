using EmailRouting.Sqlite;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Cli;

/// <summary>The rules database as a command opens it.</summary>
internal sealed class OperatorDatabase : IDbContextFactory<RulesDb>
{
    private readonly DbContextOptions<RulesDb> _options;

    private OperatorDatabase(DataDirectory directory)
    {
        var options = new DbContextOptionsBuilder<RulesDb>();
        options.UseDurableSqlite(directory.RulesDatabase);
        _options = options.Options;
    }

    public static async Task<OperatorDatabase> OpenAsync(DataDirectory directory, bool create, TimeProvider clock, CancellationToken cancellation)
    {
        if (!directory.HasDatabase && !create)
        {
            throw new CommandException($"There is no database in {directory.Path} (Data:Directory): start the server or add a domain first, or name another directory.");
        }

        directory.Create();
        if (!DirectoryOwner.IsCurrentUser(directory.Path))
        {
            throw new CommandException($"The data directory {directory.Path} belongs to another user; run this command as its owner.");
        }

        var database = new OperatorDatabase(directory);
        await using RulesDb db = database.CreateDbContext();
        await OperatorMigration.RunAsync(db, directory, clock, cancellation);
        return database;
    }

    public RulesDb CreateDbContext() => new(_options);
}
