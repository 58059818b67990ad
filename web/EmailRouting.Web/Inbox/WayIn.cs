using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Web.Inbox;

/// <summary>Finds what the router wrote down about a mail when it came in.</summary>
public sealed class WayIn(IDbContextFactory<ActivityDb> databases)
{
    /// <summary>
    /// By the words that the inbox answered with, which the router keeps with its attempt. Not by the digest: it is to be compared.
    /// </summary>
    /// <returns>Null where the mail came another way, or its log entry is still to be written.</returns>
    public async Task<MessageRow?> FindAsync(InboxMail mail, CancellationToken cancellation)
    {
        await using ActivityDb db = await databases.CreateDbContextAsync(cancellation);
        return await db.Attempts.AsNoTracking().Where(a => a.Reply.Contains(mail.Id))
            .Join(db.Messages.AsNoTracking(), a => a.MessageId, m => m.Id, (_, m) => m)
            .FirstOrDefaultAsync(cancellation);
    }
}
