using System.Data.Common;
using EmailRouting.Activity;
using EmailRouting.Mail;
using EmailRouting.Sqlite;
using EmailRouting.Sqlite.Activity;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Cli;

/// <summary>The activity log as a command writes to it. No promise rests on it: what cannot be written down is said, and was done all the same.</summary>
internal sealed class OperatorActivity : IDbContextFactory<ActivityDb>
{
    private readonly DbContextOptions<ActivityDb> _options;
    private readonly ActivityJournal _journal;

    private OperatorActivity(DataDirectory directory, TimeProvider clock)
    {
        var options = new DbContextOptionsBuilder<ActivityDb>();
        options.UseRelaxedSqlite(directory.ActivityDatabase);
        _options = options.Options;
        _journal = new ActivityJournal(this, new SqliteStatements(), new SqliteActivityIndex(), clock);
    }

    public static async Task<OperatorActivity> OpenAsync(DataDirectory directory, TimeProvider clock, CancellationToken cancellation)
    {
        var activity = new OperatorActivity(directory, clock);
        await using ActivityDb db = activity.CreateDbContext();
        await OperatorMigration.RunAsync(db, directory, clock, cancellation);
        return activity;
    }

    public async Task EndedAsync(MailId id, Target target, string end, string reason)
    {
        try
        {
            await _journal.EndedAsync(id, target, end, reason, CancellationToken.None);
        }
        catch (DbException e)
        {
            await Console.Error.WriteLineAsync($"The activity log does not know of it: {e.Message}");
        }
    }

    public ActivityDb CreateDbContext() => new(_options);
}
