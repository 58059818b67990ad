using EmailRouting.Storage;
using EmailRouting.Web.Seats;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Web.Destinations;

/// <summary>A destination in the list.</summary>
/// <param name="Inbox">As it is stored.</param>
/// <param name="Rules">That forward to it, of the domains that are looked at.</param>
public sealed record ListedInbox(Destination Inbox, int Rules)
{
    public static IQueryable<Destination> Find(RulesDb db, string? search, string? state)
    {
        IQueryable<Destination> inboxes = db.Destinations.AsNoTracking();
        inboxes = state switch
        {
            "verified" => inboxes.Where(d => d.VerifiedAt != null),
            "waiting" => inboxes.Where(d => d.VerifiedAt == null),
            _ => inboxes,
        };
        if (search is { Length: > 0 })
        {
            string pattern = $"%{search.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
            inboxes = inboxes.Where(d => EF.Functions.Like(d.Address, pattern, "\\"));
        }

        return inboxes;
    }

    /// <summary>Those that wait for their owners first.</summary>
    public static async Task<List<ListedInbox>> PageAsync(RulesDb db, IQueryable<Destination> inboxes, Place place, int skip, int take, CancellationToken cancellation)
    {
        List<Destination> page = await inboxes.OrderBy(d => d.VerifiedAt != null).ThenBy(d => d.Address).Skip(skip).Take(take).ToListAsync(cancellation);
        Guid[] ids = [.. page.Select(d => d.Id)];
        Dictionary<Guid, int> counts = await Uses(db, place).Where(t => t.DestinationId != null && ids.Contains(t.DestinationId.Value))
            .GroupBy(t => t.DestinationId!.Value).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellation);
        return page.ConvertAll(inbox => new ListedInbox(inbox, counts.GetValueOrDefault(inbox.Id)));
    }

    /// <summary>Targets of rules of the domains that are looked at.</summary>
    public static IQueryable<RuleTarget> Uses(RulesDb db, Place place)
    {
        if (place.Domain is null && place.Caller.Domains is null)
        {
            return db.RuleTargets;
        }

        Guid[] domains = place.Domain is { } one ? [one.Id] : [.. place.Domains.Select(d => d.Id)];
        return db.RuleTargets.Where(t => domains.Contains(t.DomainId));
    }
}
