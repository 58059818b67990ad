using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Rules;

/// <summary>Rules with all that belongs to them, to be shown.</summary>
public static class WholeRules
{
    /// <summary>With all that <see cref="RuleRecord.Of"/> needs.</summary>
    public static IQueryable<Rule> Whole(this IQueryable<Rule> rules) =>
        rules.AsNoTracking().Include(r => r.Domain).Include(r => r.Fallback).Include(r => r.Targets).ThenInclude(t => t.Destination).AsSplitQuery();

    /// <summary>One page. The ids are found first: what belongs to a rule is read for one page, not for all pages before it.</summary>
    /// <param name="db">The rules.</param>
    /// <param name="ordered">All of them, in their order.</param>
    /// <param name="skip">On pages before this one.</param>
    /// <param name="take">On this page.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static async Task<List<Rule>> PageAsync(this RulesDb db, IQueryable<Rule> ordered, int skip, int take, CancellationToken cancellation)
    {
        List<Guid> wanted = await ordered.Select(r => r.Id).Skip(skip).Take(take).ToListAsync(cancellation);
        return await db.WholeAsync(wanted, cancellation);
    }

    /// <returns>In the order of the ids, without those that are gone.</returns>
    public static async Task<List<Rule>> WholeAsync(this RulesDb db, IReadOnlyList<Guid> ids, CancellationToken cancellation)
    {
        Dictionary<Guid, Rule> byId = ids.Count == 0 ? [] : await db.Rules.Where(r => ids.Contains(r.Id)).Whole().ToDictionaryAsync(r => r.Id, cancellation);
        return [.. ids.Where(byId.ContainsKey).Select(id => byId[id])];
    }
}
