using System.Collections.Immutable;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Rules;

public sealed partial class RuleBook
{
    private const int UndoneAtOnce = 500;

    /// <summary>Who changed which rule, and how. Of the last 100,000 changes.</summary>
    public async Task<HistoryPage> HistoryAsync(HistoryQuery query, CancellationToken cancellation)
    {
        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        IQueryable<RuleEvent> events = db.RuleEvents.AsNoTracking();
        events = query.Domain is { } domain ? events.Where(e => e.DomainId == domain) : events;
        events = query.Rule is { } rule ? events.Where(e => e.RuleId == rule) : events;
        events = query.Before is { } before ? events.Where(e => e.Sequence < before) : events;
        List<RuleEvent> page = await events.OrderByDescending(e => e.Sequence).Take(query.Limit + 1).ToListAsync(cancellation);
        bool hasMore = page.Count > query.Limit;
        ImmutableArray<RuleEvent> shown = [.. page.Take(query.Limit)];
        return new HistoryPage(shown, hasMore ? shown[^1].Sequence : null);
    }

    /// <summary>One change; null where there is none of that number, or not any more.</summary>
    public async Task<RuleEvent?> EventAsync(long sequence, CancellationToken cancellation)
    {
        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        return await db.RuleEvents.AsNoTracking().SingleOrDefaultAsync(e => e.Sequence == sequence, cancellation);
    }

    /// <summary>
    /// Puts a rule back to what it was before a change, whatever has happened to it since: one that was created goes, one that was removed comes back under its
    /// old id. This is itself a change, and can be undone.
    /// </summary>
    /// <param name="sequence">Of the change.</param>
    /// <param name="expectedRevision">Of the rule as it is now, where it is; null: whatever it is.</param>
    /// <param name="cancellation">Gives up before the commit.</param>
    public Task<Edit> UndoAsync(long sequence, int? expectedRevision, CancellationToken cancellation) =>
        EditAsync(
            async (db, journal) =>
            {
                RuleEvent? change = await db.RuleEvents.AsNoTracking().SingleOrDefaultAsync(e => e.Sequence == sequence, cancellation);
                if (change is null)
                {
                    return NotFound($"change {sequence}, or it is too old to be undone");
                }

                if (!await db.Domains.AnyAsync(d => d.Id == change.DomainId, cancellation))
                {
                    return NotFound($"domain of {FieldText.Quoted(change.Pattern)} any more; the change cannot be undone without it");
                }

                RuleEdit? edit = await ReverseAsync(db, change, expectedRevision, cancellation);
                return edit is null
                    ? NotFound($"rule {change.RuleId:N} any more; the change is undone already")
                    : (await new RuleBatch(db, loader, journal) { IsRestoring = true }.RunAsync([edit], cancellation))[0];
            },
            cancellation);

    /// <summary>Undoes many changes in one transaction, the newest first: all of them or none. One that is undone already is passed over.</summary>
    /// <param name="changes">Their numbers.</param>
    /// <param name="cancellation">Gives up before the commit.</param>
    public Task<Applied> UndoAsync(IReadOnlyCollection<long> changes, CancellationToken cancellation) =>
        TransactAsync(
            async (db, journal) =>
            {
                var edits = new List<RuleEdit>(changes.Count);
                foreach (long[] some in changes.OrderDescending().Chunk(UndoneAtOnce))
                {
                    foreach (RuleEvent change in await db.RuleEvents.AsNoTracking().Where(e => some.Contains(e.Sequence)).OrderByDescending(e => e.Sequence).ToListAsync(cancellation))
                    {
                        if (await ReverseAsync(db, change, expectedRevision: null, cancellation) is { } edit)
                        {
                            edits.Add(edit);
                        }
                    }
                }

                ImmutableArray<Edit> results = await new RuleBatch(db, loader, journal) { IsRestoring = true }.RunAsync(edits, cancellation);
                return new Applied(results, results.All(result => result is Edit.Done));
            },
            cancellation);

    /// <summary>The number of the newest change; 0 where there is none.</summary>
    public async Task<long> NewestChangeAsync(CancellationToken cancellation)
    {
        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        return await db.RuleEvents.MaxAsync(e => (long?)e.Sequence, cancellation) ?? 0;
    }

    /// <summary>What this book's holder has changed since.</summary>
    /// <param name="newest">The last change before.</param>
    /// <param name="rules">Of these.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyList<long>> ChangesSinceAsync(long newest, IReadOnlySet<Guid> rules, CancellationToken cancellation)
    {
        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        string actor = _actor;
        var changes = await db.RuleEvents.Where(e => e.Sequence > newest && e.Actor == actor).Select(e => new { e.Sequence, e.RuleId }).ToListAsync(cancellation);
        return [.. changes.Where(change => rules.Contains(change.RuleId)).Select(change => change.Sequence)];
    }

    /// <returns>Null where there is nothing left to do.</returns>
    private static async Task<RuleEdit?> ReverseAsync(RulesDb db, RuleEvent change, int? expectedRevision, CancellationToken cancellation)
    {
        bool isThere = await db.Rules.AnyAsync(r => r.Id == change.RuleId, cancellation);
        if (change.Before is null || RuleRecord.Read(change.Before) is not { } before)
        {
            return isThere ? new RuleEdit.Remove(change.RuleId, expectedRevision) : null;
        }

        if (isThere)
        {
            return new RuleEdit.Update(change.RuleId, before.ToDraft(), expectedRevision);
        }

        // Each change has raised the revision by one, and each is an event.
        int events = await db.RuleEvents.CountAsync(e => e.RuleId == change.RuleId, cancellation);
        return new RuleEdit.Create(before.ToDraft()) { Restored = new RestoredRule(change.RuleId, before.CreatedAt, events + 1) };
    }
}
