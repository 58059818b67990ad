using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Rules;

/// <summary>What becomes of rules when something they lead to goes: those that are left with no destination are disabled (invariant 4), and the history tells of each.</summary>
/// <param name="db">In a transaction.</param>
/// <param name="journal">Writes down what is done, and says when.</param>
internal sealed class RuleWithdrawal(RulesDb db, RuleJournal journal)
{
    /// <summary>More rules than this, and only the oldest of them get an event: the transaction must end.</summary>
    private const int MaxEvents = 1000;

    private readonly Dictionary<Guid, (Rule Rule, RuleRecord Before)> _before = [];
    private bool _areMany;

    /// <summary>Reads the rules that will be affected, as they still are.</summary>
    public async Task BeginAsync(IQueryable<Rule> affected, CancellationToken cancellation)
    {
        List<Guid> ids = await affected.OrderBy(r => r.Id).Select(r => r.Id).Take(MaxEvents + 1).ToListAsync(cancellation);
        _areMany = ids.Count > MaxEvents;
        DateTimeOffset now = journal.Now;
        journal.NoteInstallationContact();
        if (_areMany)
        {
            journal.NoteEverything();
            await affected.ExecuteUpdateAsync(
                set => set.SetProperty(r => r.Revision, r => r.Revision + 1).SetProperty(r => r.ModifiedAt, now), cancellation);
        }

        foreach (Rule rule in await ReadAsync(ids.Take(MaxEvents), cancellation))
        {
            _before.Add(rule.Id, (rule, RuleRecord.Of(rule)));
            journal.Note(rule.DomainId, rule.Kind, rule.LocalKey);
        }
    }

    /// <summary>Disables rules that are left with nothing, and writes down how the affected ones have changed.</summary>
    public async Task EndAsync(CancellationToken cancellation)
    {
        IEnumerable<Guid> ids = _before.Keys;
        IQueryable<Rule> affected = _areMany ? db.Rules : db.Rules.Where(r => ids.Contains(r.Id));
        await affected
            .Where(r => r.Enabled && r.Action == RuleAction.Forward
                && !db.RuleTargets.Any(t => t.RuleId == r.Id && (t.Alias != null || t.Destination!.VerifiedAt != null)))
            .ExecuteUpdateAsync(set => set.SetProperty(r => r.Enabled, false), cancellation);
        var after = (await ReadAsync(_before.Keys, cancellation)).ToDictionary(rule => rule.Id);
        var changed = new List<Guid>();
        foreach ((Rule rule, RuleRecord before) in _before.Values)
        {
            if (!after.TryGetValue(rule.Id, out Rule? left))
            {
                journal.Removed(rule, before);
            }
            else if (RuleRecord.Of(left) is var record && record.ToJson() != before.ToJson())
            {
                journal.Updated(left, before, record);
                changed.Add(left.Id);
            }
        }

        DateTimeOffset now = journal.Now;
        foreach (Guid[] some in _areMany ? [] : changed.Chunk(500))
        {
            await db.Rules.Where(r => some.Contains(r.Id))
                .ExecuteUpdateAsync(set => set.SetProperty(r => r.Revision, r => r.Revision + 1).SetProperty(r => r.ModifiedAt, now), cancellation);
        }
    }

    private async Task<List<Rule>> ReadAsync(IEnumerable<Guid> ids, CancellationToken cancellation)
    {
        var rules = new List<Rule>();
        foreach (Guid[] some in ids.Chunk(500))
        {
            rules.AddRange(await db.Rules.AsNoTracking().Include(r => r.Domain).Include(r => r.Fallback).Include(r => r.Targets).ThenInclude(t => t.Destination)
                .Where(r => some.Contains(r.Id)).ToListAsync(cancellation));
        }

        return rules;
    }
}
