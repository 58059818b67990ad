using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Rules;

public sealed partial class RuleBook
{
    /// <param name="name">In Unicode or A-labels.</param>
    /// <param name="state">Who adds it decides whether it is live at once (invariant 11).</param>
    /// <param name="subAddressing">Whether <c>user+tag@</c> falls back to <c>user@</c>.</param>
    /// <param name="cancellation">Gives up before the commit.</param>
    public Task<Edit> AddDomainAsync(string name, DomainState state, bool subAddressing, CancellationToken cancellation) =>
        EditAsync(
            async db =>
            {
                if (!DomainName.TryParse(name, out string? domain))
                {
                    return NotADomain(name);
                }

                if (await db.Domains.AnyAsync(d => d.Name == domain, cancellation))
                {
                    return Duplicate($"a domain {domain}");
                }

                DateTimeOffset now = clock.GetUtcNow();
                var added = new Domain { Id = Guid.CreateVersion7(now), Name = domain, State = state, SubAddressing = subAddressing, CreatedAt = now, ModifiedAt = now };
                db.Domains.Add(added);
                Note(db, added.Id, null);
                return new Edit.Done(added.Id);
            },
            cancellation);

    /// <summary>Its rules go with it; rules of other domains lose their targets on it, and those that are left with none are disabled.</summary>
    public Task<Edit> RemoveDomainAsync(string name, CancellationToken cancellation) =>
        ChangeDomainAsync(
            name,
            async (db, domain) =>
            {
                IQueryable<RuleTarget> targets = db.RuleTargets.Where(t => t.AliasDomainId == domain.Id);
                await WithdrawAsync(db, targets, () => targets.ExecuteDeleteAsync(cancellation), cancellation);
                db.Domains.Remove(domain);
                return null;
            },
            cancellation);

    public Task<Edit> SetSubAddressingAsync(string name, bool on, CancellationToken cancellation) =>
        ChangeDomainAsync(
            name,
            (_, domain) =>
            {
                domain.SubAddressing = on;
                return Task.FromResult<Edit.Refused?>(null);
            },
            cancellation);

    /// <summary>Names who gets <c>postmaster@</c> and <c>abuse@</c> of a domain.</summary>
    /// <param name="name">Of the domain.</param>
    /// <param name="contact">A verified destination; null to have it found by invariant 9.</param>
    /// <param name="cancellation">Gives up before the commit.</param>
    public Task<Edit> SetContactAsync(string name, string? contact, CancellationToken cancellation) =>
        ChangeDomainAsync(
            name,
            async (db, domain) =>
            {
                if (contact is null)
                {
                    domain.ContactId = null;
                    return null;
                }

                (Destination? destination, Edit.Refused? refused) = await VerifiedAsync(db, contact, cancellation);
                domain.ContactId = destination?.Id ?? domain.ContactId;
                return refused;
            },
            cancellation);

    private Task<Edit> ChangeDomainAsync(string name, Func<RulesDb, Domain, Task<Edit.Refused?>> change, CancellationToken cancellation) =>
        EditAsync(
            async db =>
            {
                if (!DomainName.TryParse(name, out string? wanted))
                {
                    return NotADomain(name);
                }

                Domain? domain = await db.Domains.SingleOrDefaultAsync(d => d.Name == wanted, cancellation);
                if (domain is null)
                {
                    return NotFound($"domain {wanted}");
                }

                Note(db, domain.Id, null);
                return await change(db, domain) ?? (Edit)new Edit.Done(domain.Id);
            },
            cancellation);

    private static Edit.Refused NotADomain(string name) =>
        Invalid($"The domain {Quoted(name)} is not a domain name; example.com is one, and so is an internationalised one such as bücher.example.");
}
