using System.Collections.Immutable;
using EmailRouting.Mail;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Activity;

/// <summary>How much mail rules have decided about, and when the last of it came.</summary>
/// <remarks>The search index knows the rules of each message, and is quick to name the newest of them: however much mail there was, no more than <see cref="Most"/> are looked at.</remarks>
public sealed class RuleUsage(IDbContextFactory<ActivityDb> databases, IActivityIndex index)
{
    /// <summary>A greater count is not told: it is this or more.</summary>
    public const int Most = 1000;

    /// <summary>How many of the newest recipients tell which rules were used last.</summary>
    public const int Recent = 100_000;

    private const int StaleAtOnce = 1000;

    /// <returns>Of the rules that any mail came for.</returns>
    public async Task<ImmutableDictionary<Guid, RuleUse>> OfAsync(IReadOnlyCollection<Guid> rules, CancellationToken cancellation)
    {
        await using ActivityDb db = await databases.CreateDbContextAsync(cancellation);

        // The stale ones first: what becomes known to the index in between is then found twice rather than never.
        List<MailId> stale = await index.StaleAsync(db, ActivityReader.AllIds, StaleAtOnce, cancellation);
        long[] ids = [.. stale.Select(id => id.Value)];
        ILookup<Guid, MailId> recent = (await db.Recipients.AsNoTracking()
            .Where(r => EF.Parameter(ids).Contains(r.MessageId) && r.RuleId != null)
            .Select(r => new { Rule = r.RuleId!.Value, r.MessageId })
            .ToListAsync(cancellation)).ToLookup(r => r.Rule, r => new MailId(r.MessageId));
        ImmutableDictionary<Guid, RuleUse>.Builder uses = ImmutableDictionary.CreateBuilder<Guid, RuleUse>();
        foreach (Guid rule in rules)
        {
            List<MailId> found = await index.FindAsync(db, new IndexQuestion([SearchWord.Rule(rule)], [], null, null), ActivityReader.AllIds, Most, cancellation);
            List<MailId> messages = [.. found.Concat(recent[rule]).Distinct()];
            if (messages.Count > 0)
            {
                uses.Add(rule, new RuleUse(Math.Min(messages.Count, Most), new MailId(messages.Max(id => id.Value)).At));
            }
        }

        return uses.ToImmutable();
    }

    /// <summary>Rules in the order of their last use, the latest first; what was used only before the <see cref="Recent"/> newest recipients is not among them.</summary>
    /// <remarks>The recipients lie in the order of time: this reads a stretch at their end, however many rules and however much mail there is.</remarks>
    public async Task<List<Guid>> LatestAsync(CancellationToken cancellation)
    {
        await using ActivityDb db = await databases.CreateDbContextAsync(cancellation);
        return await db.Recipients.AsNoTracking()
            .OrderByDescending(r => r.MessageId)
            .ThenByDescending(r => r.Position)
            .Select(r => new { r.RuleId, r.MessageId })
            .Take(Recent)
            .Where(r => r.RuleId != null)
            .GroupBy(r => r.RuleId!.Value)
            .OrderByDescending(rule => rule.Max(r => r.MessageId))
            .Select(rule => rule.Key)
            .ToListAsync(cancellation);
    }
}

/// <param name="Messages">Up to <see cref="RuleUsage.Most"/>.</param>
/// <param name="Last">When the newest of them began.</param>
public sealed record RuleUse(int Messages, DateTimeOffset Last);
