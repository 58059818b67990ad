using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Rules;

public sealed partial class RuleBook
{
    /// <summary>Destinations whose owners are to be asked by now, the longest waiting first.</summary>
    public async Task<IReadOnlyList<Destination>> ToBeAskedAsync(int limit, CancellationToken cancellation)
    {
        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        DateTimeOffset now = Now();
        return await db.Destinations.AsNoTracking().Where(d => d.AskAt != null && d.AskAt <= now && d.VerifiedAt == null)
            .OrderBy(d => d.AskAt).Take(limit).ToListAsync(cancellation);
    }

    /// <summary>Notes the link that is about to be sent: from now on it is the only one that works. It is still to be sent until <see cref="AskedAsync"/>.</summary>
    public async Task AskAsync(Guid id, string nonce, CancellationToken cancellation)
    {
        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        await db.Destinations.Where(d => d.Id == id && d.VerifiedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.Nonce, nonce).SetProperty(d => d.AskedAt, Now()), cancellation);
    }

    /// <summary>Notes that the link is on its way.</summary>
    /// <param name="id">Of the destination.</param>
    /// <param name="nonce">Of the link; where another has been made since, that one is still to be sent.</param>
    /// <param name="cancellation">Gives up before the commit: the link is then sent twice.</param>
    public async Task AskedAsync(Guid id, string nonce, CancellationToken cancellation)
    {
        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        await db.Destinations.Where(d => d.Id == id && d.Nonce == nonce).ExecuteUpdateAsync(set => set.SetProperty(d => d.AskAt, (DateTimeOffset?)null), cancellation);
    }

    /// <summary>Its owner has followed the link, which works this once.</summary>
    public Task<Edit> ConfirmDestinationAsync(Guid id, string nonce, CancellationToken cancellation) =>
        EditDestinationAsync(
            id,
            async (db, journal, destination) =>
            {
                if (destination.Nonce != nonce || destination.VerifiedAt is not null)
                {
                    return NotFound("such link any more");
                }

                await VerifyAsync(db, journal, destination, cancellation);
                return null;
            },
            cancellation);
}
