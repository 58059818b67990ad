using System.Collections.Frozen;
using EmailRouting.Access;
using EmailRouting.Rules;
using EmailRouting.Storage;
using EmailRouting.Web.Parts;
using EmailRouting.Web.Seats;
using Microsoft.EntityFrameworkCore;
using MudBlazor;

namespace EmailRouting.Web.Addresses;

/// <summary>Edits of rules that are made on a page: asked for, made in one transaction, and offered to be undone.</summary>
public sealed class RuleDeeds(Seat seat, RuleBook rules, IDbContextFactory<RulesDb> databases, ISnackbar notices)
{
    // Few enough parameters for one statement.
    private const int AtOnce = 500;

    /// <param name="domain">That the edit is for.</param>
    /// <param name="edit">What is to be done.</param>
    /// <param name="done">In words, asked for when it is done; null where the page itself shows it, and there is nothing to be undone.</param>
    /// <param name="changed">Shows what is so now: after the edit, and after it is undone.</param>
    public async Task<Edit> DoAsync(Guid domain, RuleEdit edit, Func<string>? done, Func<Task> changed)
    {
        Caller caller = await seat.AskAsync(Scope.RulesEdit, domain);
        Applied applied = await DoAsync(caller, [domain], [edit], done, changed);
        return applied.Results[0];
    }

    /// <summary>The same to many rules; what whoever sits there may not see is left alone.</summary>
    /// <param name="ids">Of the rules.</param>
    /// <param name="edit">Makes the edit of a rule, of which only the row is read; null where nothing is to be done to it.</param>
    /// <param name="done">In words.</param>
    /// <param name="changed">Shows what is so now.</param>
    public Task<Edit.Refused?> DoToEachAsync(IReadOnlyCollection<Guid> ids, Func<Rule, RuleEdit?> edit, string done, Func<Task> changed) =>
        DoToEachAsync(ids, rules => rules.AsNoTracking(), edit, done, changed);

    /// <summary>Likewise, where the edit is made of the rule with all that belongs to it.</summary>
    /// <inheritdoc cref="DoToEachAsync(IReadOnlyCollection{Guid}, Func{Rule, RuleEdit?}, string, Func{Task})"/>
    public Task<Edit.Refused?> DoToEachWholeAsync(IReadOnlyCollection<Guid> ids, Func<Rule, RuleEdit?> edit, string done, Func<Task> changed) =>
        DoToEachAsync(ids, rules => rules.Whole(), edit, done, changed);

    /// <summary>Undoes one change of the history.</summary>
    public async Task<Edit> UndoAsync(RuleEvent change, Func<Task> changed)
    {
        Caller caller = await seat.AskAsync(Scope.RulesEdit, change.DomainId);
        Edit edit = await rules.As(caller.Actor).UndoAsync(change.Sequence, expectedRevision: null, CancellationToken.None);
        await changed();
        return edit;
    }

    private async Task<Edit.Refused?> DoToEachAsync(
        IReadOnlyCollection<Guid> ids, Func<IQueryable<Rule>, IQueryable<Rule>> read, Func<Rule, RuleEdit?> edit, string done, Func<Task> changed)
    {
        Caller caller = await seat.AskAsync(Scope.RulesEdit);
        var found = new List<Rule>(ids.Count);
        await using (RulesDb db = await databases.CreateDbContextAsync())
        {
            foreach (Guid[] some in ids.Chunk(AtOnce))
            {
                found.AddRange(await read(db.Rules.Where(r => some.Contains(r.Id))).ToListAsync());
            }
        }

        found.RemoveAll(rule => !caller.MaySee(rule.DomainId));
        Guid[] domains = [.. found.Select(rule => rule.DomainId).Distinct()];
        Applied applied = await DoAsync(caller, domains, [.. found.Select(edit).OfType<RuleEdit>()], () => done, changed);
        return applied.Refusals.Select(refusal => refusal.Refusal).FirstOrDefault();
    }

    private async Task<Applied> DoAsync(Caller caller, IReadOnlyCollection<Guid> domains, IReadOnlyList<RuleEdit> edits, Func<string>? done, Func<Task> changed)
    {
        RuleBook book = rules.As(caller.Actor);
        long newest = done is null ? 0 : await book.NewestChangeAsync(CancellationToken.None);
        Applied applied = await book.ApplyAsync(edits, dryRun: false, CancellationToken.None);
        if (!applied.IsStored)
        {
            return applied;
        }

        await changed();
        if (done is not null)
        {
            FrozenSet<Guid> touched = applied.Results.OfType<Edit.Done>().Select(edit => edit.Id).ToFrozenSet();
            IReadOnlyList<long> changes = await book.ChangesSinceAsync(newest, touched, CancellationToken.None);
            notices.AddUndo(done(), () => UndoAsync(domains, changes, changed));
        }

        return applied;
    }

    private async Task UndoAsync(IReadOnlyCollection<Guid> domains, IReadOnlyList<long> changes, Func<Task> changed)
    {
        // Asked again: a minute may lie between.
        Caller caller = await seat.AskAsync(Scope.RulesEdit);
        foreach (Guid domain in domains)
        {
            await seat.AskAsync(Scope.RulesEdit, domain);
        }

        Applied applied = await rules.As(caller.Actor).UndoAsync(changes, CancellationToken.None);
        if (applied.Refusals.Select(refusal => refusal.Refusal).FirstOrDefault() is { } refused)
        {
            notices.Add(refused.Sentence, Severity.Warning);
        }

        await changed();
    }
}
