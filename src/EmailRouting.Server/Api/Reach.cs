using System.Collections.Immutable;
using EmailRouting.Access;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Api;

/// <summary>Whose mail a request is about: of the zone in its path, or of everything that the caller may see.</summary>
/// <param name="Domains">Names; null for all mail, be it addressed to a domain of ours or not.</param>
internal sealed record Reach(ImmutableArray<string>? Domains)
{
    /// <summary>A parameter of an endpoint below a zone or below the account.</summary>
    public static async ValueTask<Reach> BindAsync(HttpContext context)
    {
        if (context.Features.Get<Zone>() is { } zone)
        {
            return Of(zone);
        }

        Caller caller = context.RequestServices.GetRequiredService<Caller>();
        if (caller.Domains is not { } ids)
        {
            return new Reach((ImmutableArray<string>?)null);
        }

        await using RulesDb db = await context.RequestServices.GetRequiredService<IDbContextFactory<RulesDb>>().CreateDbContextAsync(context.RequestAborted);
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (Guid id in ids)
        {
            // As much as below the paths of its zones, subdomains included.
            if (await Zone.FindAsync(db, id, context.RequestAborted) is { } own)
            {
                names.UnionWith(Of(own).Domains!);
            }
        }

        return new Reach([.. names]);
    }

    private static Reach Of(Zone zone) => new([zone.Name, .. zone.Subdomains.Select(domain => domain.Name)]);
}
