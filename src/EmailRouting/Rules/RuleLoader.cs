using EmailRouting.Policy;
using EmailRouting.Smtp;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using IsolationLevel = System.Data.IsolationLevel;

namespace EmailRouting.Rules;

/// <summary>Reads rules from the database into a <see cref="RuleSet"/>: all, what has changed since, or what one address touches.</summary>
/// <remarks>
/// All of it is a picture of one moment: a rule is never in force before the policy that its domain had got by then. To read holds up nobody who writes.
/// </remarks>
public sealed class RuleLoader(IDbContextFactory<RulesDb> databases, ILogger<RuleSet> logger)
{
    /// <summary>More changes than this at once, and reading everything is no slower.</summary>
    internal const int MaxChanges = 20_000;

    /// <summary>Likewise, for each costs some queries.</summary>
    private const int MaxChangedDomains = 500;

    // Few enough parameters for one statement.
    private const int Chunk = 500;

    internal async Task<RuleSet> LoadAllAsync(CancellationToken cancellation)
    {
        await using RulesDb db = await OpenAsync(cancellation);
        return await LoadAllAsync(db, cancellation);
    }

    /// <param name="db">May be in a transaction, whose edits are then seen.</param>
    /// <param name="cancellation">Stops the reading.</param>
    internal async Task<RuleSet> LoadAllAsync(RulesDb db, CancellationToken cancellation)
    {
        long version = await db.RuleChanges.MaxAsync(c => (long?)c.Sequence, cancellation) ?? 0;
        List<Domain> live = await db.Domains.AsNoTracking().Where(d => d.State == DomainState.Live).ToListAsync(cancellation);
        var destinations = new Dictionary<Guid, EmailAddress>();
        await RuleQueries.AddVerifiedAsync(destinations, db.Destinations, cancellation);
        Dictionary<Guid, int> sizes = await db.Rules.GroupBy(r => r.DomainId).Select(g => new { g.Key, Count = g.Count() })
            .ToDictionaryAsync(g => g.Key, g => g.Count, cancellation);
        var drafts = live.Where(d => d.Enabled).ToDictionary(d => d.Id, d => new DomainRulesBuilder(new ExactRules(sizes.GetValueOrDefault(d.Id))));

        // SQLite has no asynchronous reads; to pretend costs a second in a million rows.
        foreach ((RuleRow rule, RuleEntry entry) in new RuleCompiler(destinations).Compile(RuleScan.Read(db)))
        {
            cancellation.ThrowIfCancellationRequested();

            // No draft: nothing is received for the domain.
            drafts.GetValueOrDefault(rule.DomainId)?.Add(rule, entry);
        }

        ILookup<Guid?, ListedSender> listed = (await db.ListedSenders.AsNoTracking().ToListAsync(cancellation)).ToLookup(l => l.DomainId);
        var domains = new Dictionary<string, DomainRules>(live.Count, StringComparer.Ordinal);
        foreach (Domain domain in live)
        {
            domains.Add(domain.Name, drafts.TryGetValue(domain.Id, out DomainRulesBuilder? draft)
                ? draft.Build(domain, await db.ContactAsync(domain, cancellation), Senders(listed[domain.Id]))
                : DomainRulesBuilder.Closed(domain));
        }

        return new RuleSet(version, domains, await db.InstallationContactAsync(cancellation), Senders(listed[null]), logger);
    }

    /// <returns>The same set where nothing has changed.</returns>
    internal async Task<RuleSet> LoadChangesAsync(RuleSet current, CancellationToken cancellation)
    {
        await using RulesDb db = await OpenAsync(cancellation);
        List<RuleChange> changes = await db.RuleChanges.Where(c => c.Sequence > current.Version)
            .OrderBy(c => c.Sequence).Take(MaxChanges + 1).ToListAsync(cancellation);
        if (changes.Count == 0)
        {
            return current;
        }

        // A gap: changes were noted and thrown away before we saw them.
        if (changes.Count > MaxChanges || changes[0].Sequence != current.Version + 1 || changes.Exists(c => c.DomainId is null)
            || changes.Select(c => c.DomainId).Distinct().Count() > MaxChangedDomains)
        {
            return await LoadAllAsync(db, cancellation);
        }

        var domains = new Dictionary<string, DomainRules>(current.Domains, StringComparer.Ordinal);
        foreach (IGrouping<Guid, RuleChange> group in changes.GroupBy(c => c.DomainId!.Value))
        {
            DomainRules? old = current.Domains.Values.FirstOrDefault(d => d.Id == group.Key);
            Domain? domain = await db.Domains.SingleOrDefaultAsync(d => d.Id == group.Key && d.State == DomainState.Live, cancellation);
            if (domain is not null)
            {
                string[] keys = [.. group.Where(c => c.LocalKey is not null).Select(c => c.LocalKey!).Distinct(StringComparer.Ordinal)];
                domains[domain.Name] = await ReloadAsync(db, domain, old, keys, cancellation);
            }
            else if (old is not null)
            {
                domains.Remove(old.Name);
            }
        }

        // For all domains: noted like the contact of the installation, as no domain's.
        SenderList senders = changes.Exists(c => c.DomainId == RuleChange.NoDomain) ? await SendersAsync(db, domain: null, cancellation) : current.Senders;
        return new RuleSet(changes[^1].Sequence, domains, await db.InstallationContactAsync(cancellation), senders, logger);
    }

    /// <summary>The rules that mail for these addresses can meet, from whomever and whenever it comes, and no others: enough to explain it, and to check a chain before it is saved.</summary>
    /// <param name="db">May be in a transaction, whose edits are then seen.</param>
    /// <param name="addresses">Where chains start.</param>
    /// <param name="cancellation">Stops the reading.</param>
    internal async Task<RuleSet> LoadForAsync(RulesDb db, IEnumerable<EmailAddress> addresses, CancellationToken cancellation)
    {
        RecipientDecision contact = await db.InstallationContactAsync(cancellation);
        var domains = new Dictionary<string, DomainRules>(StringComparer.Ordinal);
        var known = new Dictionary<string, Domain?>(StringComparer.Ordinal);
        var done = new HashSet<EmailAddress>();
        List<EmailAddress> layer = [.. addresses, .. Destinations(contact)];
        for (int depth = 0; depth <= ChainWalk.MaxSteps + 1 && layer.Count > 0; depth++)
        {
            var next = new List<EmailAddress>();
            foreach (IGrouping<string, EmailAddress> group in layer.Where(done.Add).GroupBy(step => step.Domain, StringComparer.Ordinal))
            {
                if (!known.TryGetValue(group.Key, out Domain? domain))
                {
                    domain = await db.Domains.AsNoTracking().SingleOrDefaultAsync(d => d.Name == group.Key && d.State == DomainState.Live, cancellation);
                    known.Add(group.Key, domain);
                }

                if (domain is null)
                {
                    continue;
                }

                string[] keys = [.. group.SelectMany(step => Keys(step.LocalPart)).Distinct(StringComparer.Ordinal)];
                DomainRules old = domains.GetValueOrDefault(domain.Name) ?? new DomainRules(domain.Id, domain.Name, new ExactRules(0));
                DomainRules rules = await ReloadAsync(db, domain, old, keys, cancellation);
                domains[domain.Name] = rules;
                foreach (EmailAddress step in group)
                {
                    next.AddRange(rules.Possible(step.LocalPart).SelectMany(entry => Destinations(entry.Decision)));
                    next.AddRange(ReservedMailbox.Is(step.LocalPart) && rules.Contact is not null ? Destinations(rules.Contact) : []);
                }
            }

            // Past this the walk gives up too.
            layer = next.Count > ChainWalk.MaxTargets * ChainWalk.MaxSteps ? [] : next;
        }

        return new RuleSet(version: 0, domains, contact, SenderList.Empty, logger);
    }

    /// <summary>Explains one address from the database alone, without holding all rules in memory.</summary>
    /// <param name="address">The recipient.</param>
    /// <param name="sender">Of the envelope; null is the null reverse-path.</param>
    /// <param name="now">When the mail comes.</param>
    /// <param name="cancellation">Stops the reading.</param>
    public async Task<RuleExplanation> ExplainAsync(EmailAddress address, EmailAddress? sender, DateTimeOffset now, CancellationToken cancellation)
    {
        await using RulesDb db = await OpenAsync(cancellation);
        return (await LoadForAsync(db, [address], cancellation)).Explain(address, sender, now);
    }

    private static IEnumerable<EmailAddress> Destinations(RecipientDecision decision) =>
        decision is RecipientDecision.Forward forward ? forward.Destinations : [];

    /// <summary>Of the address, and of its base.</summary>
    private static string[] Keys(string localPart)
    {
        int plus = localPart.IndexOf('+', StringComparison.Ordinal);
        return plus > 0 ? [AddressKey.OfLocalPart(localPart), AddressKey.OfLocalPart(localPart[..plus])] : [AddressKey.OfLocalPart(localPart)];
    }

    private static async Task<DomainRules> ReloadAsync(
        RulesDb db, Domain domain, DomainRules? old, string[] keys, CancellationToken cancellation)
    {
        if (!domain.Enabled)
        {
            return DomainRulesBuilder.Closed(domain);
        }

        // One that was switched off is held without its rules.
        old = old is { IsOpen: true } ? old : null;
        IQueryable<Rule> all = db.Rules.Where(r => r.DomainId == domain.Id);

        // Catch-alls and patterns are few: they are always read. Two queries, for with an OR between them every rule of the domain would be looked at.
        List<RuleRow> rows = await db.Rows(old is null ? all : all.Where(r => r.Kind > RuleKind.Exact)).ToListAsync(cancellation);
        foreach (string[] some in old is null ? [] : keys.Chunk(Chunk))
        {
            rows.AddRange(await db.Rows(all.Where(r => r.Kind == RuleKind.Exact && some.Contains(r.LocalKey))).ToListAsync(cancellation));
        }

        Guid[] ids = [.. rows.SelectMany(r => (Guid?[])[r.DestinationId, r.FallbackId]).OfType<Guid>().Distinct()];
        var destinations = new Dictionary<Guid, EmailAddress>();
        foreach (Guid[] some in ids.Chunk(Chunk))
        {
            await RuleQueries.AddVerifiedAsync(destinations, db.Destinations.Where(d => some.Contains(d.Id)), cancellation);
        }

        ExactRules exact = old?.CopyExact() ?? new ExactRules(rows.Count);
        foreach (string key in keys)
        {
            exact.Remove(key);
        }

        var draft = new DomainRulesBuilder(exact, old);
        foreach ((RuleRow rule, RuleEntry entry) in new RuleCompiler(destinations).Compile(rows))
        {
            draft.Add(rule, entry);
        }

        return draft.Build(domain, await db.ContactAsync(domain, cancellation), await SendersAsync(db, domain.Id, cancellation));
    }

    private static async Task<SenderList> SendersAsync(RulesDb db, Guid? domain, CancellationToken cancellation) =>
        Senders(await db.ListedSenders.AsNoTracking().Where(l => l.DomainId == domain).ToListAsync(cancellation));

    private static SenderList Senders(IEnumerable<ListedSender> entries) => entries.ToList() is { Count: > 0 } some ? new SenderList(some) : SenderList.Empty;

    private async Task<RulesDb> OpenAsync(CancellationToken cancellation)
    {
        RulesDb db = await databases.CreateDbContextAsync(cancellation);
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;

        // The only level for which the provider begins without the lock for writing. SQLite does not know it: it reads what was committed before the first query.
        await db.Database.BeginTransactionAsync(IsolationLevel.ReadUncommitted, cancellation);
        return db;
    }
}
