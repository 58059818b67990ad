using EmailRouting.Policy;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Rules;

public sealed partial class RuleBook
{
    /// <summary>What a domain begins with that is added without a choice: <c>Policy:Default</c>.</summary>
    public PolicyPreset DefaultPolicy { get; init; }

    /// <param name="name">In Unicode or A-labels.</param>
    /// <param name="state">Who adds it decides whether it is live at once (invariant 11).</param>
    /// <param name="subAddressing">Whether <c>user+tag@</c> falls back to <c>user@</c>.</param>
    /// <param name="cancellation">Gives up before the commit.</param>
    public Task<Edit> AddDomainAsync(string name, DomainState state, bool subAddressing, CancellationToken cancellation) =>
        EditAsync(
            async (db, journal) =>
            {
                if (!DomainName.TryParse(name, out string? domain))
                {
                    return NotADomain(name);
                }

                if (await db.Domains.AnyAsync(d => d.Name == domain, cancellation))
                {
                    return Duplicate("name", $"a domain {domain}");
                }

                DateTimeOffset now = Now();
                var added = new Domain
                {
                    Id = Guid.CreateVersion7(now),
                    Name = domain,
                    State = state,
                    SubAddressing = subAddressing,
                    Policy = InboundPolicy.Of(DefaultPolicy).ToText(),
                    CreatedAt = now,
                    ModifiedAt = now,
                };
                db.Domains.Add(added);
                journal.NoteDomain(added.Id);
                return new Edit.Done(added.Id);
            },
            cancellation);

    /// <summary>Its control is proven: mail is received for it from now on.</summary>
    public Task<Edit> ActivateDomainAsync(Guid id, CancellationToken cancellation) =>
        EditDomainAsync(
            id,
            expectedRevision: null,
            (_, _, domain) =>
            {
                if (domain.State != DomainState.Live)
                {
                    (domain.State, domain.ModifiedAt) = (DomainState.Live, Now());
                    domain.Revision++;
                }

                return Task.FromResult<Edit.Refused?>(null);
            },
            cancellation);

    /// <summary>Its rules go with it; rules of other domains lose their targets on it, and those that are left with none are disabled.</summary>
    public async Task<Edit> RemoveDomainAsync(string name, CancellationToken cancellation) =>
        await DomainIdAsync(name, cancellation) is (var id, var refused) && refused is null
            ? await RemoveDomainAsync(id, expectedRevision: null, cancellation)
            : refused;

    /// <inheritdoc cref="RemoveDomainAsync(string, CancellationToken)"/>
    public Task<Edit> RemoveDomainAsync(Guid id, int? expectedRevision, CancellationToken cancellation) =>
        EditDomainAsync(
            id,
            expectedRevision,
            async (db, journal, domain) =>
            {
                IQueryable<RuleTarget> targets = db.RuleTargets.Where(t => t.AliasDomainId == domain.Id);
                IQueryable<Rule> affected = db.Rules.Where(r => r.DomainId == domain.Id || targets.Any(t => t.RuleId == r.Id));
                var withdrawal = new RuleWithdrawal(db, journal);
                await withdrawal.BeginAsync(affected, cancellation);
                await targets.ExecuteDeleteAsync(cancellation);
                await db.Rules.Where(r => r.DomainId == domain.Id).ExecuteDeleteAsync(cancellation);
                db.Domains.Remove(domain);
                await db.SaveChangesAsync(cancellation);
                await withdrawal.EndAsync(cancellation);
                return null;
            },
            cancellation);

    /// <param name="id">Of the domain.</param>
    /// <param name="change">What is to change.</param>
    /// <param name="expectedRevision">That the editor has seen; null: whatever it is.</param>
    /// <param name="cancellation">Gives up before the commit.</param>
    public Task<Edit> ChangeDomainAsync(Guid id, DomainChange change, int? expectedRevision, CancellationToken cancellation) =>
        EditDomainAsync(id, expectedRevision, (db, _, domain) => ChangeAsync(db, domain, change, cancellation), cancellation);

    public async Task<Edit> ChangeDomainAsync(string name, DomainChange change, CancellationToken cancellation) =>
        await DomainIdAsync(name, cancellation) is (var id, var refused) && refused is null
            ? await ChangeDomainAsync(id, change, expectedRevision: null, cancellation)
            : refused;

    public Task<Edit> SetSubAddressingAsync(string name, bool on, CancellationToken cancellation) =>
        ChangeDomainAsync(name, new DomainChange { SubAddressing = on }, cancellation);

    /// <summary>Names who gets <c>postmaster@</c> and <c>abuse@</c> of a domain.</summary>
    /// <param name="name">Of the domain.</param>
    /// <param name="contact">A verified destination; null to have it found by invariant 9.</param>
    /// <param name="cancellation">Gives up before the commit.</param>
    public Task<Edit> SetContactAsync(string name, string? contact, CancellationToken cancellation) =>
        ChangeDomainAsync(name, new DomainChange { Contact = contact ?? string.Empty }, cancellation);

    private async Task<Edit.Refused?> ChangeAsync(RulesDb db, Domain domain, DomainChange change, CancellationToken cancellation)
    {
        if (change.Contact is { Length: > 0 } contact)
        {
            (Destination? destination, Edit.Refused? refused) = await VerifiedAsync(db, "contact", contact, cancellation);
            if (refused is not null)
            {
                return refused;
            }

            domain.ContactId = destination!.Id;
        }
        else if (change.Contact is not null)
        {
            domain.ContactId = null;
        }

        if (change.Policy is { } wanted)
        {
            if (!wanted.TryApply(InboundPolicy.FromText(domain.Policy), out InboundPolicy? policy, out string? field, out string? sentence))
            {
                return Invalid($"policy/{field}", sentence);
            }

            domain.Policy = policy.ToText();
        }

        domain.Enabled = change.Enabled ?? domain.Enabled;
        domain.SubAddressing = change.SubAddressing ?? domain.SubAddressing;
        domain.SkipWizard = change.SkipWizard ?? domain.SkipWizard;
        domain.Paused = change.Paused ?? domain.Paused;
        domain.DnsLocked = change.DnsLocked ?? domain.DnsLocked;
        domain.Profile = change.Profile ?? domain.Profile;
        if (db.Entry(domain).State == EntityState.Modified)
        {
            domain.Revision++;
            domain.ModifiedAt = Now();
        }

        return null;
    }

    private Task<Edit> EditDomainAsync(
        Guid id, int? expectedRevision, Func<RulesDb, RuleJournal, Domain, Task<Edit.Refused?>> change, CancellationToken cancellation) =>
        EditAsync(
            async (db, journal) =>
            {
                Domain? domain = await db.Domains.SingleOrDefaultAsync(d => d.Id == id, cancellation);
                if (domain is null)
                {
                    return NotFound($"domain {id:N}");
                }

                if (expectedRevision is { } seen && seen != domain.Revision)
                {
                    return new Edit.Refused(
                        RefusalReason.Stale, null, $"The domain {domain.Name} has been changed since: it is at revision {domain.Revision}, not {seen}. Read it again.");
                }

                journal.NoteDomain(domain.Id);
                return await change(db, journal, domain) ?? (Edit)new Edit.Done(domain.Id);
            },
            cancellation);

    private async Task<(Guid Id, Edit.Refused? Refused)> DomainIdAsync(string name, CancellationToken cancellation)
    {
        if (!DomainName.TryParse(name, out string? wanted))
        {
            return (Guid.Empty, NotADomain(name));
        }

        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        Guid? id = await db.Domains.Where(d => d.Name == wanted).Select(d => (Guid?)d.Id).SingleOrDefaultAsync(cancellation);
        return (id.GetValueOrDefault(), id is null ? NotFound($"domain {wanted}") : null);
    }

    private static Edit.Refused NotADomain(string name) =>
        Invalid("name", $"The domain {FieldText.Quoted(name)} is not a domain name; example.com is one, and so is an internationalised one such as bücher.example.");
}
