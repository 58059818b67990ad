using EmailRouting.Policy;
using EmailRouting.Rules.Transfer;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Rules;

public sealed partial class RuleBook
{
    /// <summary>Entries of one list.</summary>
    public const int MaxListedSenders = 10_000;

    private const int MaxSenderNote = 200;

    /// <summary>Puts a sender or a network on an allow or block list; one that is there changes sides.</summary>
    /// <param name="domain">Whose list; null: the one for all domains.</param>
    /// <param name="entry">As <see cref="SenderEntry"/> reads it.</param>
    /// <param name="isAllowed">False: blocked.</param>
    /// <param name="note">Why, for people; null: nothing is said.</param>
    /// <param name="cancellation">Gives up before the commit.</param>
    public Task<Edit> SetListedSenderAsync(Guid? domain, string entry, bool isAllowed, string? note, CancellationToken cancellation) =>
        EditAsync(
            async (db, journal) => domain is not null && !await db.Domains.AnyAsync(d => d.Id == domain, cancellation)
                ? NotFound($"domain {domain:N}")
                : await SetAsync(db, journal, domain, entry, isAllowed, note, cancellation),
            cancellation);

    /// <param name="domain">Whose list; null: the one for all domains.</param>
    /// <param name="id">Of the entry.</param>
    /// <param name="cancellation">Gives up before the commit.</param>
    public Task<Edit> RemoveListedSenderAsync(Guid? domain, Guid id, CancellationToken cancellation) =>
        EditAsync(
            async (db, journal) =>
            {
                if (await db.ListedSenders.Where(l => l.Id == id && l.DomainId == domain).ExecuteDeleteAsync(cancellation) == 0)
                {
                    return NotFound($"entry {id:N} on this list");
                }

                NoteSenders(journal, domain);
                return new Edit.Done(id);
            },
            cancellation);

    /// <summary>In the order of their values.</summary>
    /// <param name="domain">Whose list; null: the one for all domains.</param>
    /// <param name="cancellation">Stops the reading.</param>
    public async Task<IReadOnlyList<ListedSender>> ListedSendersAsync(Guid? domain, CancellationToken cancellation)
    {
        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        return await db.ListedSenders.AsNoTracking().Where(l => l.DomainId == domain).OrderBy(l => l.Kind).ThenBy(l => l.Value).ToListAsync(cancellation);
    }

    private async Task<Edit> SetAsync(RulesDb db, RuleJournal journal, Guid? domain, string entry, bool isAllowed, string? note, CancellationToken cancellation)
    {
        if (!SenderEntry.TryParse(entry, out ListedSenderKind kind, out string value))
        {
            return Invalid("entry", $"The entry {FieldText.Quoted(entry)} is neither an address, nor a domain, nor a network such as 192.0.2.0/24.");
        }

        if (note is not null && (note.Length > MaxSenderNote || !FieldText.IsLine(note)))
        {
            return Invalid("note", $"The note must be one line of at most {MaxSenderNote} characters.");
        }

        IQueryable<ListedSender> list = db.ListedSenders.Where(l => l.DomainId == domain);
        ListedSender? listed = await list.AsTracking().SingleOrDefaultAsync(l => l.Kind == kind && l.Value == value, cancellation);
        if (listed is null)
        {
            if (await list.CountAsync(cancellation) >= MaxListedSenders)
            {
                return Invalid("entry", $"The list has {MaxListedSenders} entries already.");
            }

            DateTimeOffset now = Now();
            listed = new ListedSender { Id = Guid.CreateVersion7(now), DomainId = domain, Kind = kind, Value = value, CreatedAt = now };
            db.ListedSenders.Add(listed);
        }

        (listed.IsAllowed, listed.Note) = (isAllowed, note ?? listed.Note);
        await db.SaveChangesAsync(cancellation);
        NoteSenders(journal, domain);
        return new Edit.Done(listed.Id);
    }

    private async Task ImportSendersAsync(
        RulesDb db, RuleJournal journal, Guid? domain, IEnumerable<TransferSender>? senders, ImportTally import, CancellationToken cancellation)
    {
        foreach (TransferSender sender in senders ?? [])
        {
            if (await SetAsync(db, journal, domain, sender.Entry, sender.Allowed, sender.Note, cancellation) is Edit.Refused refused)
            {
                import.Problems.Add(refused.Sentence);
            }
        }
    }

    private static void NoteSenders(RuleJournal journal, Guid? domain)
    {
        if (domain is { } one)
        {
            journal.NoteDomain(one);
        }
        else
        {
            journal.NoteListedSenders();
        }
    }
}
