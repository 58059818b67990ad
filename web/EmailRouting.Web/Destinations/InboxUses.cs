using EmailRouting.Rules;
using EmailRouting.Storage;
using EmailRouting.Web.Parts;
using EmailRouting.Web.Seats;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Web.Destinations;

/// <summary>Which rules forward to a destination, of the domains that are looked at.</summary>
/// <param name="Total">All of them.</param>
/// <param name="Alone">Those that forward nowhere else: without it they are switched off.</param>
/// <param name="First">As many as can be shown.</param>
internal sealed record InboxUses(int Total, int Alone, IReadOnlyList<(Guid Id, string Pattern)> First)
{
    public static readonly InboxUses None = new(0, 0, []);

    private const int Shown = 20;

    public static async Task<InboxUses> OfAsync(RulesDb db, Guid inbox, Place place)
    {
        IQueryable<Guid> ids = ListedInbox.Uses(db, place).Where(t => t.DestinationId == inbox).Select(t => t.RuleId);
        int total = await ids.CountAsync();
        int alone = await ids.CountAsync(id => !db.RuleTargets.Any(t => t.RuleId == id && t.DestinationId != inbox));
        List<Rule> first = await db.Rules.AsNoTracking().Include(r => r.Domain).Where(r => ids.Contains(r.Id)).OrderBy(r => r.Id).Take(Shown).ToListAsync();
        return new InboxUses(total, alone, first.ConvertAll(r => (r.Id, RulePattern.Show(r.Kind, r.LocalPart, DomainText.Show(r.Domain!.Name)))));
    }
}
