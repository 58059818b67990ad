using System.Data.Common;
using EmailRouting.Mail;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Activity;

/// <summary>Writes down at once what the operator did to a message from a process that is not the server: there is no <see cref="ActivityLog"/> there.</summary>
/// <remarks>The database is migrated already. Live subscribers of a running server do not see these records, readers do.</remarks>
public sealed class ActivityJournal(IDbContextFactory<ActivityDb> databases, IStatements statements, IActivityIndex index, TimeProvider clock)
{
    /// <summary>A delivery came to its end: <c>dropped</c>, <c>redirected</c>.</summary>
    public async Task EndedAsync(MailId id, Target target, string end, string reason, CancellationToken cancellation)
    {
        await using ActivityDb db = await databases.CreateDbContextAsync(cancellation);
        await db.Database.OpenConnectionAsync(cancellation);
        DbConnection connection = db.Database.GetDbConnection();
        await using DbTransaction transaction = await connection.BeginTransactionAsync(cancellation);
        ActivityBatch.Write(connection, transaction, statements, index, [AttemptRecord.Ended(id, clock.GetUtcNow(), target, end, reason)]);
        await transaction.CommitAsync(cancellation);
    }
}
