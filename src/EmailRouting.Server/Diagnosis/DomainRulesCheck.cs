using EmailRouting.Diagnosis;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Diagnosis;

/// <summary>Whether a domain of ours is set up: live, with somebody for postmaster and abuse, with rules that lead to verified inboxes.</summary>
internal sealed class DomainRulesCheck(IDbContextFactory<RulesDb> databases)
{
    public async Task<IReadOnlyList<Finding>> RunAsync(string name, CancellationToken cancellation)
    {
        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        Domain? domain = await db.Domains.AsNoTracking().Include(d => d.Contact).SingleOrDefaultAsync(d => d.Name == name, cancellation);
        if (domain is null)
        {
            return [Finding.Fail(name, "is not a domain of this server", "Its mail is refused.", $"domain add {name}")];
        }

        var findings = new List<Finding>();
        if (domain.State != DomainState.Live)
        {
            findings.Add(Finding.Fail(name, "is pending: its control is not proven yet", "Its mail is refused until then.", $"domain add {name}"));
        }

        findings.Add(await ContactAsync(db, domain, cancellation));
        findings.Add(await RulesAsync(db, domain, cancellation));
        findings.AddRange(await InboxesAsync(db, domain, cancellation));
        return findings;
    }

    private static async Task<Finding> ContactAsync(RulesDb db, Domain domain, CancellationToken cancellation)
    {
        string subject = $"{domain.Name} contact";
        if (domain.Contact is { VerifiedAt: not null } contact)
        {
            return Finding.Ok(subject, $"postmaster@ and abuse@ go to {contact.Address}");
        }

        // The order of invariant 9: a rule of its own, the domain's contact, the installation's, the oldest inbox that the domain uses.
        List<string> named = await db.Rules.Where(r => r.DomainId == domain.Id && r.Enabled && (r.LocalKey == "postmaster" || r.LocalKey == "abuse"))
            .Select(r => r.LocalKey).ToListAsync(cancellation);
        if (named.Count == 2)
        {
            return Finding.Ok(subject, "postmaster@ and abuse@ have rules");
        }

        string? installation = await db.Settings.Where(s => s.Name == Setting.Contact).Select(s => s.Value).FirstOrDefaultAsync(cancellation);
        if (installation is not null)
        {
            return Finding.Ok(subject, "postmaster@ and abuse@ go to the contact of this installation");
        }

        bool usesInbox = await db.RuleTargets.AnyAsync(t => t.DomainId == domain.Id && t.Destination!.VerifiedAt != null, cancellation);
        const string Why = "Every domain must take mail for postmaster (RFC 5321 §4.5.1), and abuse reports go to abuse@ (RFC 2142).";
        string mend = $"domain set {domain.Name} --contact you@your-inbox.example";
        return usesInbox
            ? Finding.Warn(subject, "none is named: postmaster@ and abuse@ go to the oldest inbox that the domain uses", Why, mend)
            : Finding.Fail(subject, "nobody gets the mail of postmaster@ and abuse@", Why, mend);
    }

    private static async Task<Finding> RulesAsync(RulesDb db, Domain domain, CancellationToken cancellation)
    {
        int rules = await db.Rules.CountAsync(r => r.DomainId == domain.Id, cancellation);
        int enabled = await db.Rules.CountAsync(r => r.DomainId == domain.Id && r.Enabled, cancellation);
        string subject = $"{domain.Name} rules";
        return enabled > 0
            ? Finding.Ok(subject, $"{enabled} of {rules} are enabled")
            : Finding.Warn(
                subject, rules == 0 ? "there are none" : $"all {rules} are disabled", "Every address but postmaster@ and abuse@ is refused.",
                $"rule add hello@{domain.Name} forward you@your-inbox.example");
    }

    private static async Task<List<Finding>> InboxesAsync(RulesDb db, Domain domain, CancellationToken cancellation)
    {
        string subject = $"{domain.Name} inboxes";
        List<string> unverified = await db.RuleTargets.Where(t => t.DomainId == domain.Id && t.DestinationId != null && t.Destination!.VerifiedAt == null)
            .Select(t => t.Destination!.Address).Distinct().OrderBy(address => address).ToListAsync(cancellation);
        if (domain.Contact is { VerifiedAt: null } contact && !unverified.Contains(contact.Address))
        {
            unverified.Add(contact.Address);
        }

        int used = await db.RuleTargets.Where(t => t.DomainId == domain.Id && t.DestinationId != null).Select(t => t.DestinationId).Distinct().CountAsync(cancellation);
        return unverified.Count == 0
            ? [Finding.Ok(subject, $"{used} in use, all verified")]
            : unverified.ConvertAll(address => Finding.Fail(
                subject, $"{address} is not verified", "Nothing is forwarded to an inbox whose owner has not agreed.", $"address add {address} --verified"));
    }
}
