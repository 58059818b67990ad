using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Rules;

public sealed partial class RuleBook
{
    /// <summary>The operator says that the inboxes of a domain elsewhere are his: those that wait for their owner are verified, and so is each that is added.</summary>
    public Task<Edit> AddOwnedDomainAsync(string name, CancellationToken cancellation) =>
        EditAsync(
            async (db, journal) =>
            {
                if (!DomainName.TryParse(name, out string? owned))
                {
                    return NotADomain(name);
                }

                if (await db.Domains.AnyAsync(d => d.Name == owned, cancellation))
                {
                    return Invalid("name", $"The domain {owned} is one of this installation: rules can forward to it as they are.");
                }

                if (await db.OwnedDomains.AnyAsync(d => d.Name == owned, cancellation))
                {
                    return Duplicate("name", $"an owned domain {owned}");
                }

                db.OwnedDomains.Add(new OwnedDomain { Name = owned, CreatedAt = Now() });
                string end = $"@{owned}";
                foreach (Destination destination in await db.Destinations.Where(d => d.VerifiedAt == null && d.Key.EndsWith(end)).ToListAsync(cancellation))
                {
                    await VerifyAsync(db, journal, destination, cancellation);
                }

                return new Edit.Done(Guid.Empty);
            },
            cancellation);

    /// <summary>What is verified stays so.</summary>
    public Task<Edit> RemoveOwnedDomainAsync(string name, CancellationToken cancellation) =>
        EditAsync(
            async (db, _) => !DomainName.TryParse(name, out string? owned) ? NotADomain(name)
                : await db.OwnedDomains.Where(d => d.Name == owned).ExecuteDeleteAsync(cancellation) == 0 ? NotFound($"owned domain {owned}")
                : new Edit.Done(Guid.Empty),
            cancellation);

    /// <summary>In the order of their names.</summary>
    public async Task<IReadOnlyList<OwnedDomain>> OwnedDomainsAsync(CancellationToken cancellation)
    {
        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        return await db.OwnedDomains.AsNoTracking().OrderBy(d => d.Name).ToListAsync(cancellation);
    }
}
