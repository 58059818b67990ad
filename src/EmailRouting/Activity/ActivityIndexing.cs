using EmailRouting.Mail;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace EmailRouting.Activity;

/// <summary>Brings the search index up to date, a step at a time.</summary>
internal sealed class ActivityIndexing(IDbContextFactory<ActivityDb> databases, IActivityIndex index)
{
    private const int AtOnce = 200;

    // Of messages that the index does not know a reader must look at each: no search shall have more than this before it.
    private const int MostStale = 100_000;

    /// <summary>Whether this cannot wait for a quiet moment.</summary>
    public async Task<bool> IsUrgentAsync(CancellationToken cancellation)
    {
        await using ActivityDb db = await databases.CreateDbContextAsync(cancellation);
        return await index.CountStaleAsync(db, cancellation) > MostStale;
    }

    /// <returns>Whether anything was left to be done.</returns>
    public async Task<bool> StepAsync(CancellationToken cancellation)
    {
        await using ActivityDb db = await databases.CreateDbContextAsync(cancellation);
        await using IDbContextTransaction transaction = await db.Database.BeginTransactionAsync(cancellation);
        List<MailId> stale = await index.StaleAsync(db, ActivityReader.AllIds, AtOnce, cancellation);
        if (stale.Count == 0)
        {
            return false;
        }

        Dictionary<MailId, SearchDocument> documents = await SearchDocument.LoadAsync(db, stale, cancellation);
        index.Remove(db.Database.GetDbConnection(), transaction.GetDbTransaction(), [.. stale.Where(id => !documents.ContainsKey(id))]);
        index.Put(db.Database.GetDbConnection(), transaction.GetDbTransaction(), documents.ToDictionary(d => d.Key, d => d.Value.ToString()));
        await transaction.CommitAsync(cancellation);
        return true;
    }
}
