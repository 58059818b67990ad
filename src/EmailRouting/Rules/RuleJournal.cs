using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Rules;

/// <summary>Writes, in the transaction of an edit, what has changed: an event for people, a note for whoever holds the rules in memory.</summary>
/// <param name="db">Of the edit.</param>
/// <param name="actor">Who edits.</param>
/// <param name="now">When: all of one edit happens at one instant.</param>
internal sealed class RuleJournal(RulesDb db, string actor, DateTimeOffset now)
{
    /// <summary>More rules than this at once, and one note says that everything has changed.</summary>
    private const int MaxNotes = RuleLoader.MaxChanges;

    /// <summary>Notes kept for processes that hold the rules; one that is further behind reads everything.</summary>
    private const int KeptNotes = 2 * MaxNotes;

    private const int KeptEvents = 100_000;

    private readonly List<RuleEvent> _events = [];
    private readonly HashSet<(Guid?, string?)> _notes = [];

    public DateTimeOffset Now => now;

    /// <summary>What has happened to rules so far.</summary>
    public IReadOnlyList<RuleEvent> Events => _events;

    public void Created(Rule rule, RuleRecord after) => Add(rule, RuleEventKind.Created, null, after);

    public void Updated(Rule rule, RuleRecord before, RuleRecord after) => Add(rule, RuleEventKind.Updated, before, after);

    public void Removed(Rule rule, RuleRecord before) => Add(rule, RuleEventKind.Removed, before, null);

    /// <summary>The rule for this address; all but exact rules are read again with their domain.</summary>
    public void Note(Guid domain, RuleKind kind, string localKey) => Note(domain, kind == RuleKind.Exact ? localKey : null);

    public void NoteDomain(Guid domain) => Note(domain, null);

    public void NoteInstallationContact() => Note(RuleChange.NoDomain, null);

    /// <summary>The list of senders for all domains.</summary>
    public void NoteListedSenders() => Note(RuleChange.NoDomain, null);

    public void NoteEverything() => Note(null, null);

    /// <summary>Writes what is left of the edit, the events, and the notes, once each; throws old notes and events away.</summary>
    public async Task CloseAsync(CancellationToken cancellation)
    {
        db.ChangeTracker.DetectChanges();
        await db.SaveChangesAsync(cancellation);
        await db.InsertAsync(_events, cancellation);
        IEnumerable<(Guid? Domain, string? LocalKey)> notes = _notes.Count > MaxNotes ? [(null, null)] : _notes;
        await db.InsertAsync([.. notes.Select(note => new RuleChange { DomainId = note.Domain, LocalKey = note.LocalKey })], cancellation);
        long last = await db.RuleChanges.MaxAsync(c => (long?)c.Sequence, cancellation) ?? 0;
        await db.RuleChanges.Where(c => c.Sequence <= last - KeptNotes).ExecuteDeleteAsync(cancellation);
        last = await db.RuleEvents.MaxAsync(e => (long?)e.Sequence, cancellation) ?? 0;
        await db.RuleEvents.Where(e => e.Sequence <= last - KeptEvents).ExecuteDeleteAsync(cancellation);
    }

    private void Add(Rule rule, RuleEventKind kind, RuleRecord? before, RuleRecord? after)
    {
        _events.Add(new RuleEvent
        {
            At = now,
            Actor = actor,
            DomainId = rule.DomainId,
            RuleId = rule.Id,
            Pattern = (after ?? before)!.Pattern,
            Kind = kind,
            Before = before?.ToJson(),
            After = after?.ToJson(),
        });
        Note(rule.DomainId, rule.Kind, rule.LocalKey);
    }

    private void Note(Guid? domain, string? localKey) => _notes.Add((domain, localKey));
}
