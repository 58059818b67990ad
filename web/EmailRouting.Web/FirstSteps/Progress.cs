using EmailRouting.Rules;
using EmailRouting.Storage;
using EmailRouting.Web.Seats;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Web.FirstSteps;

/// <summary>How far a new installation is: read from what there is, so that a step can be left, taken up later or done elsewhere.</summary>
/// <param name="Domain">The newest that was added by hand.</param>
/// <param name="Waiting">The newest destination whose owner has not agreed yet.</param>
/// <param name="Verified">The newest whose owner has.</param>
/// <param name="Alias">The newest address of the domain that forwards.</param>
internal sealed record Progress(Domain? Domain, Destination? Waiting, Destination? Verified, string? Alias)
{
    public static async Task<Progress> OfAsync(IDbContextFactory<RulesDb> databases, Place place)
    {
        await using RulesDb db = await databases.CreateDbContextAsync();
        Guid[] visible = [.. place.Domains.Select(d => d.Id)];
        Domain? domain = place.Domain ?? await db.Domains.AsNoTracking().Where(d => visible.Contains(d.Id)).OrderByDescending(d => d.CreatedAt).FirstOrDefaultAsync();

        // Added since the page was opened.
        domain ??= place.Caller.Domains is null ? await db.Domains.AsNoTracking().OrderByDescending(d => d.CreatedAt).FirstOrDefaultAsync() : null;
        Destination? waiting = await db.Destinations.AsNoTracking().Where(d => d.VerifiedAt == null).OrderByDescending(d => d.CreatedAt).FirstOrDefaultAsync();
        Destination? verified = await db.Destinations.AsNoTracking().Where(d => d.VerifiedAt != null).OrderByDescending(d => d.CreatedAt).FirstOrDefaultAsync();
        Rule? rule = domain is null
            ? null
            : await db.Rules.AsNoTracking().Include(r => r.Domain)
                .Where(r => r.DomainId == domain.Id && r.Kind == RuleKind.Exact && r.Enabled && r.Action == RuleAction.Forward && r.Senders == string.Empty)
                .OrderByDescending(r => r.CreatedAt).FirstOrDefaultAsync();
        return new Progress(domain, waiting, verified, rule is null ? null : RulePattern.Show(rule.Kind, rule.LocalPart, rule.Domain!.Name));
    }
}
