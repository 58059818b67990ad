using EmailRouting.Smtp;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Rules;

internal sealed partial class RuleBatch
{
    // Few enough parameters for one statement, enough that ten thousand edits are some dozens of them.
    private const int Chunk = 500;

    private async Task ReadAsync(IReadOnlyList<RuleEdit> edits, List<CheckedDraft?> drafts, CancellationToken cancellation)
    {
        List<CheckedDraft> wanted = [.. drafts.OfType<CheckedDraft>()];
        IEnumerable<EmailAddress> addresses = wanted.SelectMany(d => d.Fallback is null ? d.Addresses : d.Addresses.Add(d.Fallback));
        string[] names = [.. wanted.Select(d => d.Pattern.Domain).Concat(addresses.Select(a => a.Domain)).Distinct(StringComparer.Ordinal)];
        foreach (string[] some in names.Chunk(Chunk))
        {
            foreach (Domain domain in await db.Domains.Where(d => some.Contains(d.Name)).ToListAsync(cancellation))
            {
                _domains.Add(domain.Name, domain);
            }
        }

        string[] keys = [.. addresses.Distinct().Select(AddressKey.Of)];
        foreach (string[] some in keys.Chunk(Chunk))
        {
            foreach (Destination destination in await db.Destinations.Where(d => some.Contains(d.Key)).ToListAsync(cancellation))
            {
                _destinations.Add(destination.Key, destination);
            }
        }

        _youngest = await db.Rules.OrderByDescending(r => r.Id).Select(r => (Guid?)r.Id).FirstOrDefaultAsync(cancellation) is { } youngest ? Age(youngest) : 0;
        await ReadRulesAsync(edits, wanted, cancellation);
        await CountPatternsAsync(wanted, cancellation);
    }

    private async Task ReadRulesAsync(IReadOnlyList<RuleEdit> edits, List<CheckedDraft> drafts, CancellationToken cancellation)
    {
        // Whatever is for the same recipients, and whatever is named by its id. The fixed id of a catch-all may be that of a rule that has become another.
        IEnumerable<Guid> catchAlls = drafts.Where(d => d.Pattern.Kind == RuleKind.CatchAll)
            .Select(d => _domains.GetValueOrDefault(d.Pattern.Domain)).OfType<Domain>().Select(d => CatchAll.IdOf(d.Id));
        Guid[] ids = [.. edits.Select(IdOf).OfType<Guid>().Concat(catchAlls).Distinct()];
        foreach (Guid[] some in ids.Chunk(Chunk))
        {
            await ReadRulesAsync(db.Rules.Where(r => some.Contains(r.Id)), cancellation);
        }

        foreach (var group in drafts.Where(d => _domains.ContainsKey(d.Pattern.Domain)).GroupBy(d => (_domains[d.Pattern.Domain].Id, d.Pattern.Kind)))
        {
            (Guid domain, RuleKind kind) = group.Key;
            foreach (string[] some in group.Select(d => d.Pattern.LocalKey).Distinct(StringComparer.Ordinal).Chunk(Chunk))
            {
                await ReadRulesAsync(db.Rules.Where(r => r.DomainId == domain && r.Kind == kind && some.Contains(r.LocalKey)), cancellation);
            }
        }
    }

    private async Task ReadRulesAsync(IQueryable<Rule> rules, CancellationToken cancellation)
    {
        IQueryable<Rule> whole = rules.Include(r => r.Domain).Include(r => r.Fallback).Include(r => r.Targets).ThenInclude(t => t.Destination);
        foreach (Rule rule in await whole.ToListAsync(cancellation))
        {
            _rules[rule.Id] = rule;
            _byKey[RuleKey.Of(rule)] = rule;
        }
    }

    private async Task CountPatternsAsync(List<CheckedDraft> drafts, CancellationToken cancellation)
    {
        foreach (string name in drafts.Where(d => RulePattern.IsPattern(d.Pattern.Kind)).Select(d => d.Pattern.Domain).Distinct(StringComparer.Ordinal))
        {
            if (_domains.TryGetValue(name, out Domain? domain))
            {
                var counts = await db.Rules.Where(r => r.DomainId == domain.Id && r.Kind > RuleKind.Exact && r.Kind < RuleKind.CatchAll)
                    .GroupBy(r => r.Kind).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellation);
                _patterns.Add(domain.Id, counts.ToDictionary(c => c.Key, c => c.Count));
            }
        }
    }

    private static Guid? IdOf(RuleEdit edit) => edit switch
    {
        RuleEdit.Update update => update.Id,
        RuleEdit.Remove remove => remove.Id,
        RuleEdit.SetEnabled set => set.Id,
        RuleEdit.Create create => create.Restored?.Id,
        _ => null,
    };
}
