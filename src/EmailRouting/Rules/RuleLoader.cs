using System.Collections.Immutable;
using EmailRouting.Smtp;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace EmailRouting.Rules;

/// <summary>Reads rules from the database into a <see cref="RuleSet"/>: all, what has changed since, or what one address touches.</summary>
/// <remarks>
/// The version is read before anything else. What commits while the rest is read is noted under a later number and read again the next time, and reading
/// twice does no harm; so no transaction holds up writers while a million rules are read.
/// </remarks>
public sealed class RuleLoader(IDbContextFactory<RulesDb> databases, ILogger<RuleSet> logger)
{
    /// <summary>More changes than this at once, and reading everything is no slower.</summary>
    private const int MaxChanges = 5000;

    internal async Task<RuleSet> LoadAllAsync(CancellationToken cancellation)
    {
        await using RulesDb db = await OpenAsync(cancellation);
        long version = await db.RuleChanges.MaxAsync(c => (long?)c.Sequence, cancellation) ?? 0;
        List<Domain> live = await db.Domains.Where(d => d.State == DomainState.Live).ToListAsync(cancellation);
        Dictionary<Guid, EmailAddress> destinations = await RuleQueries.VerifiedAsync(db.Destinations, cancellation);
        Dictionary<Guid, int> sizes = await db.Rules.GroupBy(r => r.DomainId).Select(g => new { g.Key, Count = g.Count() })
            .ToDictionaryAsync(g => g.Key, g => g.Count, cancellation);
        var exact = live.ToDictionary(d => d.Id, d => NewExact(sizes.GetValueOrDefault(d.Id)));
        var catchAll = new Dictionary<Guid, RuleEntry>();

        // SQLite has no asynchronous reads; to pretend costs a second in a million rows.
        foreach ((RuleRow rule, RuleEntry entry) in new RuleCompiler(destinations).Compile(db.Rows(db.Rules).AsEnumerable()))
        {
            cancellation.ThrowIfCancellationRequested();
            Place(rule, entry, exact.GetValueOrDefault(rule.DomainId), catchAll);
        }

        var domains = new Dictionary<string, DomainRules>(live.Count, StringComparer.Ordinal);
        foreach (Domain domain in live)
        {
            domains.Add(domain.Name, await DomainAsync(db, domain, exact[domain.Id], catchAll, cancellation));
        }

        return new RuleSet(version, domains, await db.InstallationContactAsync(cancellation), logger);
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
        if (changes.Count > MaxChanges || changes[0].Sequence != current.Version + 1 || changes.Exists(c => c.DomainId is null))
        {
            return await LoadAllAsync(cancellation);
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

        return new RuleSet(changes[^1].Sequence, domains, await db.InstallationContactAsync(cancellation), logger);
    }

    /// <summary>The rules that mail for these addresses can meet, and no others: enough to explain it, and to check a chain before it is saved.</summary>
    /// <param name="db">May be in a transaction, whose edits are then seen.</param>
    /// <param name="addresses">Where chains start.</param>
    /// <param name="cancellation">Stops the reading.</param>
    internal async Task<RuleSet> LoadForAsync(RulesDb db, IEnumerable<EmailAddress> addresses, CancellationToken cancellation)
    {
        RecipientDecision contact = await db.InstallationContactAsync(cancellation);
        var domains = new Dictionary<string, DomainRules>(StringComparer.Ordinal);
        var done = new HashSet<EmailAddress>();
        List<EmailAddress> layer = [.. addresses, .. Destinations(contact)];
        for (int depth = 0; depth <= ChainWalk.MaxSteps + 1 && layer.Count > 0; depth++)
        {
            var next = new List<EmailAddress>();
            foreach (EmailAddress step in layer.Where(done.Add))
            {
                Domain? domain = await db.Domains.AsNoTracking().SingleOrDefaultAsync(d => d.Name == step.Domain && d.State == DomainState.Live, cancellation);
                if (domain is null)
                {
                    continue;
                }

                string local = step.LocalPart;
                int plus = local.IndexOf('+', StringComparison.Ordinal);
                string[] keys = plus > 0 ? [AddressKey.OfLocalPart(local), AddressKey.OfLocalPart(local[..plus])] : [AddressKey.OfLocalPart(local)];
                DomainRules old = domains.GetValueOrDefault(domain.Name)
                    ?? new DomainRules(domain.Id, domain.Name, NewExact(0));
                DomainRules rules = await ReloadAsync(db, domain, old, keys, cancellation);
                domains[domain.Name] = rules;
                next.AddRange(Destinations(rules.Match(local, contact)));
                next.AddRange(ReservedMailbox.Is(local) && rules.Contact is not null ? Destinations(rules.Contact) : []);
            }

            // Past this the walk gives up too.
            layer = next.Count > ChainWalk.MaxTargets * ChainWalk.MaxSteps ? [] : next;
        }

        return new RuleSet(version: 0, domains, contact, logger);
    }

    /// <summary>Explains one address from the database alone, without holding all rules in memory.</summary>
    public async Task<RuleExplanation> ExplainAsync(EmailAddress address, CancellationToken cancellation)
    {
        await using RulesDb db = await OpenAsync(cancellation);
        return (await LoadForAsync(db, [address], cancellation)).Explain(address);
    }

    private static ImmutableArray<EmailAddress> Destinations(RecipientDecision decision) =>
        decision is RecipientDecision.Forward forward ? forward.Destinations : [];

    private static async Task<DomainRules> ReloadAsync(
        RulesDb db, Domain domain, DomainRules? old, string[] keys, CancellationToken cancellation)
    {
        IQueryable<Rule> changed = db.Rules.Where(r => r.DomainId == domain.Id);
        if (old is not null)
        {
            changed = changed.Where(r => r.Kind == RuleKind.CatchAll || (r.Kind == RuleKind.Exact && keys.Contains(r.LocalKey)));
        }

        List<RuleRow> rows = await db.Rows(changed).ToListAsync(cancellation);
        HashSet<Guid> ids = [.. rows.Where(r => r.DestinationId is not null).Select(r => r.DestinationId!.Value)];
        Dictionary<Guid, EmailAddress> destinations = await RuleQueries.VerifiedAsync(db.Destinations.Where(d => ids.Contains(d.Id)), cancellation);
        Dictionary<string, RuleEntry> exact = old?.CopyExact() ?? NewExact(rows.Count);
        foreach (string key in keys)
        {
            exact.Remove(key);
        }

        var catchAll = new Dictionary<Guid, RuleEntry>();
        foreach ((RuleRow rule, RuleEntry entry) in new RuleCompiler(destinations).Compile(rows))
        {
            Place(rule, entry, exact, catchAll);
        }

        return await DomainAsync(db, domain, exact, catchAll, cancellation);
    }

    private static void Place(RuleRow rule, RuleEntry entry, Dictionary<string, RuleEntry>? exact, Dictionary<Guid, RuleEntry> catchAll)
    {
        if (rule.Kind == RuleKind.CatchAll)
        {
            catchAll[rule.DomainId] = entry;
        }
        else
        {
            // Null: the domain is not live.
            exact?.TryAdd(rule.LocalKey, entry);
        }
    }

    private static async Task<DomainRules> DomainAsync(
        RulesDb db, Domain domain, Dictionary<string, RuleEntry> exact, Dictionary<Guid, RuleEntry> catchAll, CancellationToken cancellation) =>
        new(domain.Id, domain.Name, exact)
        {
            SubAddressing = domain.SubAddressing,
            CatchAll = catchAll.TryGetValue(domain.Id, out RuleEntry entry) ? entry : null,
            Contact = await db.ContactAsync(domain, cancellation),
        };

    private static Dictionary<string, RuleEntry> NewExact(int capacity) => new(capacity, StringComparer.OrdinalIgnoreCase);

    private async Task<RulesDb> OpenAsync(CancellationToken cancellation)
    {
        RulesDb db = await databases.CreateDbContextAsync(cancellation);
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        return db;
    }
}
