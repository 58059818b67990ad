using EmailRouting.Access;
using EmailRouting.Rules;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Web.Activity;

/// <summary>The rules that decided, by the addresses they are for: the log keeps their ids alone.</summary>
public sealed record RuleName(string Address, string Domain)
{
    /// <summary>Those that still exist and that may be seen.</summary>
    public static async Task<IReadOnlyDictionary<Guid, RuleName>> LoadAsync(IDbContextFactory<RulesDb> databases, IReadOnlyCollection<Guid> ids, Caller caller)
    {
        if (ids.Count == 0 || !caller.May(Scope.RulesRead))
        {
            return new Dictionary<Guid, RuleName>();
        }

        await using RulesDb db = await databases.CreateDbContextAsync();
        var rules = await db.Rules.AsNoTracking().Where(r => ids.Contains(r.Id)).Select(r => new { r.Id, r.DomainId, r.Kind, r.LocalPart, Domain = r.Domain!.Name }).ToListAsync();
        return rules.Where(r => caller.MaySee(r.DomainId)).ToDictionary(r => r.Id, r => new RuleName(RulePattern.Show(r.Kind, r.LocalPart, r.Domain), r.Domain));
    }
}
