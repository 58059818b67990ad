using System.Collections.Immutable;
using EmailRouting.Mail;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Activity;

/// <summary>Reads what happened to messages, from any process on the same database.</summary>
/// <remarks>
/// A page is found in two steps: the ids, from the table of messages or from the search index, in the order in which both keep them; then the few rows that
/// are shown. Nothing is counted and nothing is skipped, so the last page costs what the first does.
/// </remarks>
public sealed class ActivityReader(IDbContextFactory<ActivityDb> databases, IActivityIndex index)
{
    /// <summary>Of a page.</summary>
    public const int LargestPage = 1000;

    internal static readonly IdRange AllIds = new(new MailId(0), new MailId(long.MaxValue));

    private const int LongestReply = 200;
    private const int StaleAtOnce = 1000;
    private const int NearAtOnce = 1000;

    /// <summary>The newest first.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="after">The <see cref="ActivityPage.Next"/> of the page before; null for the first.</param>
    /// <param name="limit">Entries on the page.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async Task<ActivityPage> ListAsync(ActivityFilter filter, MailId? after, int limit, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, LargestPage);
        if (filter.Domains is { Count: 0 } || Question(filter) is not { } question)
        {
            return new ActivityPage([], Next: null);
        }

        await using ActivityDb db = await databases.CreateDbContextAsync(cancellation);
        IdRange range = Range(filter, after);
        List<MailId> ids = question.IsEmpty
            ? await NewestAsync(db, range, limit + 1, cancellation)
            : await FindAsync(db, question, range, limit + 1, cancellation);
        MailId? next = ids.Count > limit ? ids[limit - 1] : null;
        return new ActivityPage(await EntriesAsync(db, [.. ids.Take(limit).Select(id => id.Value)], filter.Domains, cancellation), next);
    }

    /// <summary>One message with everything that happened to it; null where there is none.</summary>
    /// <param name="id">Of the message.</param>
    /// <param name="domains">Only what concerns aliases in these domains; null for everything.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async Task<ActivityStory?> ShowAsync(MailId id, IReadOnlyCollection<string>? domains, CancellationToken cancellation)
    {
        await using ActivityDb db = await databases.CreateDbContextAsync(cancellation);
        if (await db.Messages.AsNoTracking().SingleOrDefaultAsync(m => m.Id == id.Value, cancellation) is not { } message)
        {
            return null;
        }

        List<RecipientRow> recipients = await db.Recipients.AsNoTracking()
            .Where(r => r.MessageId == id.Value).OrderBy(r => r.Position).ToListAsync(cancellation);
        recipients.RemoveAll(r => domains?.Contains(r.Domain) == false);
        if (domains is not null && recipients.Count == 0)
        {
            return null;
        }

        List<AttemptRow> attempts = await db.Attempts.AsNoTracking().Where(a => a.MessageId == id.Value).OrderBy(a => a.Ordinal).ToListAsync(cancellation);
        IEnumerable<AttemptRecord> visible = attempts.Select(Attempt);
        return new ActivityStory(
            Received(message, recipients),
            message.Status,
            [.. domains is null ? visible : visible.Select(a => a.Within(domains)).OfType<AttemptRecord>()]);
    }

    /// <summary>Null where nothing can match.</summary>
    private static IndexQuestion? Question(ActivityFilter filter)
    {
        (List<string> words, string? beginning) = SearchWord.Typed(filter.Text ?? string.Empty);
        if (filter.Text is not null && words.Count == 0 && beginning is null)
        {
            return null;
        }

        words.AddRange(Facts(filter));
        return new IndexQuestion(words, filter.Domains ?? [], beginning, filter.AliasContains?.ToLowerInvariant());
    }

    private static IEnumerable<string> Facts(ActivityFilter filter)
    {
        if (filter.Alias is { } alias)
        {
            yield return SearchWord.Alias(AliasText.Canonical(alias).Address);
        }

        if (filter.Sender is { } sender)
        {
            yield return SearchWord.Sender(AliasText.Canonical(sender).Address);
        }

        if (filter.SenderDomain is { } domain)
        {
            yield return SearchWord.SenderDomain(domain);
        }

        if (filter.RuleId is { } rule)
        {
            yield return SearchWord.Rule(rule);
        }

        if (filter.Status is { } status)
        {
            yield return SearchWord.Status(status);
        }
    }

    // An id is the time of its making, so a stretch of time is a stretch of ids.
    private static IdRange Range(ActivityFilter filter, MailId? after)
    {
        long from = filter.From is { } first ? MailId.FirstAt(first).Value : AllIds.From.Value;
        long before = Math.Min(after?.Value ?? AllIds.Before.Value, filter.Until is { } until ? MailId.FirstAt(until).Value : AllIds.Before.Value);
        if (filter.MessageId is { Value: long one })
        {
            (from, before) = (Math.Max(from, one), Math.Min(before, one + 1));
        }

        return new IdRange(new MailId(from), new MailId(before));
    }

    private static async Task<List<MailId>> NewestAsync(ActivityDb db, IdRange range, int limit, CancellationToken cancellation)
    {
        (long from, long before) = (range.From.Value, range.Before.Value);
        List<long> ids = await db.Messages.Where(m => m.Id >= from && m.Id < before).OrderByDescending(m => m.Id).Select(m => m.Id).Take(limit).ToListAsync(cancellation);
        return ids.ConvertAll(id => new MailId(id));
    }

    /// <summary>What the index finds, and what is found among the messages that it does not know yet.</summary>
    private async Task<List<MailId>> FindAsync(ActivityDb db, IndexQuestion question, IdRange range, int limit, CancellationToken cancellation)
    {
        // The stale ones first: what becomes known to the index in between is then found twice rather than never.
        List<MailId> found = [];
        IdRange rest = range;
        while (found.Count < limit && await index.StaleAsync(db, rest, StaleAtOnce, cancellation) is [.., { } last] stale)
        {
            Dictionary<MailId, SearchDocument> documents = await SearchDocument.LoadAsync(db, stale, cancellation);
            found.AddRange(stale.Where(id => documents.TryGetValue(id, out SearchDocument? document) && question.Holds(document)));
            rest = rest with { Before = last };
        }

        found.AddRange(await FindNearAsync(db, question, range, limit, cancellation) ?? await index.FindAsync(db, question, range, limit, cancellation));
        return [.. found.Distinct().OrderByDescending(id => id.Value).Take(limit)];
    }

    /// <summary>
    /// Parts of words take the index long just where they are in many messages. Then they are in many of the newest too, and the page is full when these have been
    /// looked at. Null where it is not.
    /// </summary>
    private async Task<List<MailId>?> FindNearAsync(ActivityDb db, IndexQuestion question, IdRange range, int limit, CancellationToken cancellation)
    {
        if (question.IsExact)
        {
            return null;
        }

        IndexQuestion exact = question with { Beginning = null, AliasPart = null };
        List<MailId> newest = exact.IsEmpty
            ? await NewestAsync(db, range, NearAtOnce, cancellation)
            : await index.FindAsync(db, exact, range, NearAtOnce, cancellation);
        Dictionary<MailId, SearchDocument> documents = await SearchDocument.LoadAsync(db, newest, cancellation);
        List<MailId> found = newest.FindAll(id => documents.TryGetValue(id, out SearchDocument? document) && question.Holds(document));
        return found.Count >= limit || newest.Count < NearAtOnce ? found : null;
    }

    private static async Task<ImmutableArray<ActivityEntry>> EntriesAsync(ActivityDb db, List<long> ids, IReadOnlyCollection<string>? domains, CancellationToken cancellation)
    {
        Dictionary<long, MessageRow> messages = await db.Messages.AsNoTracking().Where(m => EF.Parameter(ids).Contains(m.Id)).ToDictionaryAsync(m => m.Id, cancellation);
        ILookup<long, RecipientRow> recipients = (await db.Recipients.AsNoTracking()
            .Where(r => EF.Parameter(ids).Contains(r.MessageId)).OrderBy(r => r.Position).ToListAsync(cancellation))
            .Where(r => domains?.Contains(r.Domain) != false).ToLookup(r => r.MessageId);
        List<AttemptRow> rows = await db.Attempts.AsNoTracking().Where(a => EF.Parameter(ids).Contains(a.MessageId)).OrderBy(a => a.Ordinal).ToListAsync(cancellation);
        ILookup<long, AttemptRow> attempts = rows.Where(a => domains is null || AliasText.Within(a.Aliases, domains).Length > 0).ToLookup(a => a.MessageId);

        // A message that was purged since its id was read is left out.
        return [.. ids.Where(messages.ContainsKey).Select(id => Entry(messages[id], recipients[id], [.. attempts[id]]))];
    }

    private static ActivityEntry Entry(MessageRow message, IEnumerable<RecipientRow> recipients, List<AttemptRow> attempts)
    {
        bool isTheirs = message.Status is MessageStatus.Queued or MessageStatus.Quarantined or MessageStatus.Delayed or MessageStatus.Bounced or MessageStatus.Failed;
        string reply = isTheirs && attempts is [.., { } last] ? last.Reply : message.Reply;
        return new ActivityEntry(
            new MailId(message.Id),
            message.At,
            message.Sender,
            [.. recipients.Select(Recipient)],
            message.Size,
            message.Status,
            message.Client,
            message.ClientName,
            reply.Length > LongestReply ? $"{reply.AsSpan(0, LongestReply)}…" : reply,
            attempts.Count(a => a.Number > 0));
    }

    private static MessageRecord Received(MessageRow message, IEnumerable<RecipientRow> recipients) => new(
        new MailId(message.Id),
        message.At,
        message.Client,
        message.ClientName,
        message.Tls,
        message.Sender,
        [.. recipients.Select(Recipient)],
        message.Size,
        message.Sha256,
        message.Result,
        message.Reply,
        message.Owed ?? 0,
        TimeSpan.FromMicroseconds(message.ElapsedMicroseconds))
    {
        Checks = CheckText.Read(message.Checks),
    };

    private static RecipientRecord Recipient(RecipientRow row) => new(row.Alias, row.Decision, row.RuleId, row.Reply);

    private static AttemptRecord Attempt(AttemptRow row) => new(
        new MailId(row.MessageId),
        row.At,
        row.Number,
        row.Destination,
        row.Aliases,
        row.Result,
        row.Host,
        row.Address,
        row.Tls,
        row.Reply,
        row.Sha256,
        TimeSpan.FromMicroseconds(row.ElapsedMicroseconds))
    {
        ReturnPath = row.ReturnPath,
        Prepended = row.Prepended,
    };
}
