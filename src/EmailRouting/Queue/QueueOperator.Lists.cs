using System.Collections.Immutable;
using EmailRouting.Mail;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Queue;

/// <summary>Lists. Each is put together from ranges of an index that are in order by themselves, so a page costs the same in a queue of any length.</summary>
public sealed partial class QueueOperator
{
    private static readonly QueueDbState[] EveryState = Enum.GetValues<QueueDbState>();

    /// <summary>A page of what is owed, the oldest first.</summary>
    public async Task<QueuePage> ListAsync(QueueFilter filter, CancellationToken cancellation)
    {
        await using QueueDb db = await databases.CreateDbContextAsync(cancellation);
        long total = 0;
        var ids = new SortedSet<long>();
        foreach (IQueryable<QueueDbDelivery> range in Ranges(db, filter))
        {
            IQueryable<QueueDbDelivery> matching = filter.Text is { Length: > 0 } text ? Holding(db, range, text) : range;
            total += await matching.LongCountAsync(cancellation);
            long after = filter.After?.Value ?? -1;

            // One more than the page has: it tells whether there is another.
            ids.UnionWith(await matching.Where(d => d.Id > after).OrderBy(d => d.Id).Select(d => d.Id).Take(filter.Limit + 1).ToListAsync(cancellation));
        }

        long[] page = [.. ids.Take(filter.Limit)];
        List<QueueDbDelivery> rows = await db.Deliveries.AsNoTracking().Where(d => page.Contains(d.Id)).OrderBy(d => d.Id).ToListAsync(cancellation);
        Dictionary<long, MessageFacts> facts = await FactsAsync(db, [.. rows.Select(row => row.MessageId).Distinct()], cancellation);
        return new QueuePage([.. Entries(rows, facts, filter.Domains)], total, ids.Count > page.Length && page.Length > 0 ? new DeliveryId(page[^1]) : null);
    }

    /// <summary>None overlaps another, and each is in order of its ids within one stretch of one index.</summary>
    private static IEnumerable<IQueryable<QueueDbDelivery>> Ranges(QueueDb db, QueueFilter filter)
    {
        IQueryable<QueueDbDelivery> all = db.Deliveries.AsNoTracking();
        if (filter.Domains is not { } domains)
        {
            yield return filter.State switch
            {
                null => all,
                QueueDbState.Queued => all.Where(d => d.State == QueueDbState.Queued),

                // Said twice, since the first is what makes the small index of what rests fit.
                { } resting => all.Where(d => d.State != QueueDbState.Queued && d.State == resting),
            };
            yield break;
        }

        QueueDbState[] states = filter.State is { } only ? [only] : EveryState;
        foreach (string domain in domains.Distinct())
        {
            foreach (QueueDbState state in states)
            {
                yield return all.Where(d => d.AliasDomains == domain && d.State == state);
            }
        }

        string[] several = [.. domains.Select(AliasDomains.Among)];
        yield return all.Where(d => d.AliasDomains.CompareTo(AliasDomains.FirstOfSeveral) >= 0 && d.AliasDomains.CompareTo(AliasDomains.AfterSeveral) < 0
            && states.Contains(d.State) && several.Any(one => d.AliasDomains.Contains(one)));
    }

    private static IQueryable<QueueDbDelivery> Holding(QueueDb db, IQueryable<QueueDbDelivery> deliveries, string text)
    {
        string pattern = $"%{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
        return deliveries.Where(d => EF.Functions.Like(d.Destination, pattern, "\\") || EF.Functions.Like(d.Aliases, pattern, "\\")
            || db.Messages.Any(m => m.Id == d.MessageId && m.Sender != null && EF.Functions.Like(m.Sender, pattern, "\\")));
    }

    /// <summary>Not the content: it is the last column of its row, so what comes before is read without it.</summary>
    private static Task<Dictionary<long, MessageFacts>> FactsAsync(QueueDb db, long[] messages, CancellationToken cancellation) => db.Messages.AsNoTracking()
        .Where(m => messages.Contains(m.Id))
        .Select(m => new { m.Id, Facts = new MessageFacts(m.Sender, m.ReceivedAt, m.Length, m.Sha256) })
        .ToDictionaryAsync(m => m.Id, m => m.Facts, cancellation);

    private static IEnumerable<QueueEntry> Entries(IEnumerable<QueueDbDelivery> rows, Dictionary<long, MessageFacts> facts, ImmutableArray<string>? domains)
    {
        foreach (QueueDbDelivery row in rows)
        {
            // A row whose message has been delivered since is no longer owed.
            if (!facts.TryGetValue(row.MessageId, out MessageFacts? message))
            {
                continue;
            }

            ImmutableArray<AliasRecipient> aliases = AliasList.Read(row.Aliases);
            yield return new QueueEntry(
                new DeliveryId(row.Id),
                new MailId(row.MessageId),
                message.Sender,
                new Target(AliasList.ReadAddress(row.Destination), domains is { } own ? aliases.RemoveAll(alias => !own.Contains(alias.Alias.Domain)) : aliases)
                {
                    Fallback = row.Fallback is { } fallback
                        ? new Fallback(AliasList.ReadAddress(fallback), row.FallbackAfter is { } after ? TimeSpan.FromMilliseconds(after) : null)
                        : null,
                },
                row.State,
                row is { Claim: not 0, State: QueueDbState.Queued },
                row.DueAt,
                message.ReceivedAt,
                message.Length,
                [.. message.Sha256],
                row.Attempts,
                row.LastReply);
        }
    }

    private sealed record MessageFacts(string? Sender, DateTimeOffset ReceivedAt, long Length, byte[] Sha256);
}
