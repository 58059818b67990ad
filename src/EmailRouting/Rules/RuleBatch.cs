using System.Collections.Immutable;
using System.Diagnostics;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Rules;

/// <summary>Edits of rules in one transaction. What they may touch is read up front; each is then checked against what those before it have made of it.</summary>
/// <param name="db">In a transaction that has begun as a writer.</param>
/// <param name="loader">For the check of chains.</param>
/// <param name="journal">Writes down what is done, and says when.</param>
internal sealed partial class RuleBatch(RulesDb db, RuleLoader loader, RuleJournal journal)
{
    private const int MaxPatterns = 1000;
    private const int MaxExpressions = 100;

    private readonly Dictionary<string, Domain> _domains = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Destination> _destinations = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, Rule> _rules = [];
    private readonly Dictionary<RuleKey, Rule> _byKey = [];
    private readonly Dictionary<Guid, Dictionary<RuleKind, int>> _patterns = [];
    private readonly HashSet<RuleKey> _released = [];

    // Not written yet, in the order of their making. What is made is inserted past EF Core; what was there is changed through it.
    private readonly HashSet<Rule> _new = [];
    private readonly List<(int Index, Rule Rule)> _unfollowed = [];
    private long _youngest;

    /// <summary>Whether rules are put back to what they were: an expiry that has passed since is part of that.</summary>
    public bool IsRestoring { get; init; }

    /// <returns>A result for each edit, in their order; nothing of it may be committed where one is refused.</returns>
    public async Task<ImmutableArray<Edit>> RunAsync(IReadOnlyList<RuleEdit> edits, CancellationToken cancellation)
    {
        // To look for changes after every row would cost the square of them.
        db.ChangeTracker.AutoDetectChangesEnabled = false;
        var checkedEdits = edits.Select(edit => (Edit: edit, Draft: Check(edit, out ImmutableArray<Problem> problems), Problems: problems)).ToList();
        await ReadAsync(edits, checkedEdits.ConvertAll(e => e.Draft), cancellation);

        ImmutableArray<Edit>.Builder results = ImmutableArray.CreateBuilder<Edit>(edits.Count);
        int refused = 0;
        foreach ((RuleEdit edit, CheckedDraft? draft, ImmutableArray<Problem> problems) in checkedEdits)
        {
            Edit result = problems.IsEmpty ? await ApplyAsync(results.Count, edit, draft, cancellation) : new Edit.Refused(problems);
            results.Add(result);
            refused += result is Edit.Refused ? 1 : 0;
            if (refused == RuleBook.MaxRefusals)
            {
                break;
            }
        }

        if (refused == 0)
        {
            await WriteAsync(cancellation);
            foreach ((int index, Edit.Refused loop) in await FollowAsync(cancellation))
            {
                results[index] = loop;
            }
        }

        return results.DrainToImmutable();
    }

    private static CheckedDraft? Check(RuleEdit edit, out ImmutableArray<Problem> problems)
    {
        problems = [];
        if (DraftOf(edit) is not { } draft)
        {
            return null;
        }

        _ = CheckedDraft.TryCheck(draft, out CheckedDraft? result, out problems);
        return result;
    }

    private static RuleDraft? DraftOf(RuleEdit edit) => edit switch
    {
        RuleEdit.Create create => create.Draft,
        RuleEdit.Update update => update.Draft,
        RuleEdit.Set set => set.Draft,
        RuleEdit.Remove or RuleEdit.SetEnabled => null,
        _ => throw new UnreachableException(),
    };

    private Task<Edit> ApplyAsync(int index, RuleEdit edit, CheckedDraft? draft, CancellationToken cancellation) => edit switch
    {
        RuleEdit.Create create => CreateAsync(index, draft!, create.Restored, cancellation),
        RuleEdit.Update update => UpdateAsync(index, update, draft!, cancellation),
        RuleEdit.Set => SetAsync(index, draft!, cancellation),
        RuleEdit.Remove remove => Task.FromResult(Remove(remove)),
        RuleEdit.SetEnabled set => Task.FromResult(SetEnabled(index, set)),
        _ => throw new UnreachableException(),
    };

    private async Task<Edit> CreateAsync(int index, CheckedDraft draft, RestoredRule? restored, CancellationToken cancellation)
    {
        if (!_domains.TryGetValue(draft.Pattern.Domain, out Domain? domain))
        {
            return NoDomain(draft);
        }

        RuleKey key = RuleKey.Of(domain.Id, draft);
        return _byKey.ContainsKey(key) ? Taken(draft) : await SaveAsync(index, draft, domain, key, known: null, restored, cancellation);
    }

    private async Task<Edit> UpdateAsync(int index, RuleEdit.Update edit, CheckedDraft draft, CancellationToken cancellation)
    {
        if (!_rules.TryGetValue(edit.Id, out Rule? known))
        {
            return NoRule(edit.Id);
        }

        if (Stale(known, edit.ExpectedRevision) is { } stale)
        {
            return stale;
        }

        Domain domain = known.Domain!;
        if (domain.Name != draft.Pattern.Domain)
        {
            return new Edit.Refused(RefusalReason.Invalid, "matchers", $"The rule {edit.Id:N} belongs to {domain.Name}; it cannot become one for {draft.Pattern}.");
        }

        RuleKey key = RuleKey.Of(domain.Id, draft);
        return _byKey.TryGetValue(key, out Rule? other) && other != known ? Taken(draft) : await SaveAsync(index, draft, domain, key, known, restored: null, cancellation);
    }

    private async Task<Edit> SetAsync(int index, CheckedDraft draft, CancellationToken cancellation)
    {
        if (!_domains.TryGetValue(draft.Pattern.Domain, out Domain? domain))
        {
            return NoDomain(draft);
        }

        RuleKey key = RuleKey.Of(domain.Id, draft);
        return await SaveAsync(index, draft, domain, key, _byKey.GetValueOrDefault(key), restored: null, cancellation);
    }

    private Edit Remove(RuleEdit.Remove edit)
    {
        if (!_rules.TryGetValue(edit.Id, out Rule? rule))
        {
            return NoRule(edit.Id);
        }

        if (Stale(rule, edit.ExpectedRevision) is { } stale)
        {
            return stale;
        }

        journal.Removed(rule, RuleRecord.Of(rule));
        RuleKey key = RuleKey.Of(rule);
        _rules.Remove(rule.Id);
        _byKey.Remove(key);
        _released.Add(key);
        Count(rule.DomainId, rule.Kind, -1);
        _unfollowed.RemoveAll(item => item.Rule == rule);
        if (!_new.Remove(rule))
        {
            db.Rules.Remove(rule);
        }

        return new Edit.Done(rule.Id);
    }

    private Edit SetEnabled(int index, RuleEdit.SetEnabled edit)
    {
        if (!_rules.TryGetValue(edit.Id, out Rule? rule))
        {
            return NoRule(edit.Id);
        }

        if (Stale(rule, edit.ExpectedRevision) is { } stale)
        {
            return stale;
        }

        if (edit.Enabled && rule.Action == RuleAction.Forward && rule.Targets.TrueForAll(t => t.Alias is null && t.Destination?.VerifiedAt is null))
        {
            return new Edit.Refused(RefusalReason.Unverified, "enabled", $"The rule {edit.Id:N} has no verified destination left; give it one first.");
        }

        if (rule.Enabled != edit.Enabled)
        {
            RuleRecord before = RuleRecord.Of(rule);
            Track(rule);
            rule.Enabled = edit.Enabled;
            Touch(rule);
            journal.Updated(rule, before, RuleRecord.Of(rule));
        }

        if (edit.Enabled)
        {
            FollowLater(index, rule);
        }

        return new Edit.Done(rule.Id);
    }

    private void Touch(Rule rule)
    {
        rule.Revision++;
        rule.ModifiedAt = journal.Now;
    }

    private void FollowLater(int index, Rule rule)
    {
        if (rule.Targets.Exists(target => target.Alias is not null))
        {
            _unfollowed.Add((index, rule));
        }
    }

    /// <summary>Before a rule is changed that an edit before this one may have made and written.</summary>
    private void Track(Rule rule)
    {
        if (!_new.Contains(rule) && db.Entry(rule).State == EntityState.Detached)
        {
            db.Rules.Attach(rule);
        }
    }

    private async Task WriteAsync(CancellationToken cancellation)
    {
        db.ChangeTracker.DetectChanges();
        await db.SaveChangesAsync(cancellation);
        await db.InsertAsync(_new, cancellation);
        await db.InsertAsync([.. _new.SelectMany(rule => rule.Targets)], cancellation);
        _new.Clear();
    }

    private static Edit.Refused? Stale(Rule rule, int? expected) =>
        expected is { } seen && seen != rule.Revision
            ? new Edit.Refused(RefusalReason.Stale, null, $"The rule {rule.Id:N} has been changed since: it is at revision {rule.Revision}, not {seen}. Read it again.")
            : null;

    private static Edit.Refused NoRule(Guid id) => new(RefusalReason.NotFound, null, $"There is no rule {id:N}.");

    private static Edit.Refused NoDomain(CheckedDraft draft) =>
        new(RefusalReason.NotFound, "matchers", $"There is no domain {draft.Pattern.Domain}; add it first.");

    private static Edit.Refused Taken(CheckedDraft draft) =>
        new(RefusalReason.Duplicate, "matchers", draft.Senders.Length == 0
            ? $"There is already a rule for {draft.Pattern}."
            : $"There is already a rule for {draft.Pattern} from {draft.Senders.Replace("\n", " or ", StringComparison.Ordinal)}.");

    /// <summary>What no two rules share.</summary>
    private readonly record struct RuleKey(Guid DomainId, RuleKind Kind, string LocalKey, string Senders)
    {
        public static RuleKey Of(Rule rule) => new(rule.DomainId, rule.Kind, rule.LocalKey, rule.Senders);

        public static RuleKey Of(Guid domain, CheckedDraft draft) => new(domain, draft.Pattern.Kind, draft.Pattern.LocalKey, draft.Senders);
    }
}
