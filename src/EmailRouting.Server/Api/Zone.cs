using System.Reflection;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Api;

/// <summary>A domain of ours as clients of the API see it: with its subdomains, where they are domains of ours too.</summary>
/// <param name="Domain">As stored; not tracked.</param>
/// <param name="Subdomains">Rules for their addresses may be managed here as well as on their own.</param>
internal sealed record Zone(Domain Domain, IReadOnlyList<Domain> Subdomains)
{
    public Guid Id => Domain.Id;

    public string Name => Domain.Name;

    /// <summary>The domains whose rules are this zone's.</summary>
    public IReadOnlyList<Guid> DomainIds { get; } = [Domain.Id, .. Subdomains.Select(d => d.Id)];

    public bool Covers(string domain) => domain == Name || Subdomains.Any(d => d.Name == domain);

    public static async Task<Zone?> FindAsync(RulesDb db, Guid id, CancellationToken cancellation)
    {
        Domain? domain = await db.Domains.AsNoTracking().Include(d => d.Contact).SingleOrDefaultAsync(d => d.Id == id, cancellation);
        if (domain is null)
        {
            return null;
        }

        string suffix = $".{domain.Name}";
        return new Zone(domain, await db.Domains.AsNoTracking().Where(d => d.Name.EndsWith(suffix)).OrderBy(d => d.Name).ToListAsync(cancellation));
    }

    /// <summary>A parameter of an endpoint: the zone that the gate has found in the path.</summary>
    public static ValueTask<Zone> BindAsync(HttpContext context, ParameterInfo parameter) =>
        ValueTask.FromResult(context.Features.Get<Zone>() ?? throw new InvalidOperationException("The path names no zone."));
}
