using EmailRouting.Access;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Web.Seats;

/// <summary>What every page stands on: who looks, and at which domains. A parameter that <c>Shell</c> hands down.</summary>
/// <param name="Caller">For what is shown; a deed asks the <see cref="Seat"/>.</param>
/// <param name="Domains">All that he may see, by name.</param>
/// <param name="Domain">The one that is chosen in the address of the page; null: all of them.</param>
public sealed record Place(Caller Caller, IReadOnlyList<Domain> Domains, Domain? Domain)
{
    /// <param name="caller">As the <see cref="Seat"/> has just found him.</param>
    /// <param name="domain">The name of the one that is chosen; null: all of them.</param>
    /// <param name="databases">With the domains.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task<Place> OfAsync(Caller caller, string? domain, IDbContextFactory<RulesDb> databases, CancellationToken cancellation)
    {
        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        IQueryable<Domain> domains = db.Domains.AsNoTracking().OrderBy(d => d.Name);
        if (caller.Domains is { } own)
        {
            Guid[] ids = [.. own];
            domains = domains.Where(d => ids.Contains(d.Id));
        }

        List<Domain> seen = await domains.ToListAsync(cancellation);
        return new Place(caller, seen, seen.Find(d => d.Name == domain));
    }

    /// <summary>For questions to the activity and the queue: null is all mail, be it addressed to a domain of ours or not.</summary>
    public IReadOnlyList<string>? Names => Domain is { } one ? [one.Name] : Caller.Domains is null ? null : [.. Domains.Select(d => d.Name)];

    /// <summary>The same for whoever it is now: what he may see may have become less since the page was opened.</summary>
    /// <param name="caller">As the <see cref="Seat"/> has just found him.</param>
    /// <exception cref="DeniedException">The chosen domain is no longer his to see.</exception>
    public Place For(Caller caller) => Domain is { } one && !caller.MaySee(one.Id)
        ? throw new DeniedException()
        : new Place(caller, [.. Domains.Where(d => caller.MaySee(d.Id))], Domain);

    /// <summary>The chosen domain, or the only one there is; null where somebody must choose.</summary>
    public Domain? Only => Domain ?? (Domains.Count == 1 ? Domains[0] : null);

    /// <summary>Whether this is the place of a page with that <c>?domain=</c>, or still that of the page before.</summary>
    public bool IsAt(string? domain) => Domain?.Name == domain || (Domain is null && Domains.All(d => d.Name != domain));

    public bool May(string scope) => Caller.May(scope);

    /// <summary>Keeps the chosen domain in a link to another page.</summary>
    /// <param name="path">Without a query.</param>
    public string Link(string path) => Domain is { } one ? $"{path}?domain={Uri.EscapeDataString(one.Name)}" : path;
}
