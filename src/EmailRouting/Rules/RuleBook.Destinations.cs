using EmailRouting.Smtp;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Rules;

public sealed partial class RuleBook
{
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Adds an inbox. It is verified where that is asked for and where it is on a domain of the operator's own; else its owner is to be asked. One that is there
    /// and unverified becomes verified where that is asked for.
    /// </summary>
    public Task<Edit> AddDestinationAsync(string address, bool verified, CancellationToken cancellation) =>
        EditAsync(
            async (db, journal) =>
            {
                if (!EmailAddress.TryParse(address, out EmailAddress? parsed) || parsed.Domain.Length == 0)
                {
                    return NotAnAddress("email", address);
                }

                if (await db.Domains.AnyAsync(d => d.Name == parsed.Domain, cancellation))
                {
                    return Invalid("email", $"The address {parsed} is on a domain of this installation: a rule can forward to it without its being a destination.");
                }

                string key = AddressKey.Of(parsed);
                DateTimeOffset now = Now();
                Destination? known = await db.Destinations.SingleOrDefaultAsync(d => d.Key == key, cancellation);
                if (known is not null && (known.VerifiedAt is not null || !verified))
                {
                    return Duplicate("email", $"a destination {known.Address}");
                }

                if (known is null)
                {
                    known = new Destination { Id = Guid.CreateVersion7(now), Address = parsed.Text, Key = key, CreatedAt = now, ModifiedAt = now };
                    db.Destinations.Add(known);
                }

                if (verified || await db.OwnedDomains.AnyAsync(d => d.Name == parsed.Domain, cancellation))
                {
                    await VerifyAsync(db, journal, known, cancellation);
                }
                else
                {
                    known.AskAt = now;
                }

                return new Edit.Done(known.Id);
            },
            cancellation);

    /// <summary>Its owner has agreed, or the operator vouches for it.</summary>
    public Task<Edit> VerifyDestinationAsync(Guid id, CancellationToken cancellation) =>
        EditDestinationAsync(
            id,
            async (db, journal, destination) =>
            {
                if (destination.VerifiedAt is null)
                {
                    await VerifyAsync(db, journal, destination, cancellation);
                }

                return null;
            },
            cancellation);

    /// <summary>Has its owner asked by mail once more.</summary>
    public Task<Edit> RequestVerificationAsync(Guid id, CancellationToken cancellation) =>
        EditDestinationAsync(
            id,
            (_, _, destination) =>
            {
                DateTimeOffset now = Now();
                if (destination.VerifiedAt is not null)
                {
                    return Task.FromResult<Edit.Refused?>(Invalid(null, $"The destination {destination.Address} is verified already."));
                }

                if (now - destination.AskAt < AskAgainAfter || now - destination.AskedAt < AskAgainAfter)
                {
                    return Task.FromResult<Edit.Refused?>(new Edit.Refused(
                        RefusalReason.TooSoon, null, $"The owner of {destination.Address} was asked less than a minute ago; ask again later."));
                }

                (destination.AskAt, destination.ModifiedAt) = (now, now);
                return Task.FromResult<Edit.Refused?>(null);
            },
            cancellation);

    /// <summary>Rules that forward to others too go on without it; a rule left with none is disabled (invariant 4).</summary>
    public Task<Edit> RemoveDestinationAsync(Guid id, CancellationToken cancellation) =>
        EditDestinationAsync(
            id,
            async (db, journal, destination) =>
            {
                IQueryable<RuleTarget> targets = db.RuleTargets.Where(t => t.DestinationId == id);
                RuleWithdrawal withdrawal = await BeginWithdrawalAsync(db, journal, destination, cancellation);
                await targets.ExecuteDeleteAsync(cancellation);
                await db.Rules.Where(r => r.FallbackId == id)
                    .ExecuteUpdateAsync(set => set.SetProperty(r => r.FallbackId, (Guid?)null).SetProperty(r => r.FallbackAfterMinutes, (int?)null), cancellation);
                DateTimeOffset now = Now();
                await db.Domains.Where(d => d.ContactId == id).ExecuteUpdateAsync(
                    set => set.SetProperty(d => d.ContactId, (Guid?)null).SetProperty(d => d.Revision, d => d.Revision + 1).SetProperty(d => d.ModifiedAt, now), cancellation);
                string text = id.ToString("N");
                await db.Settings.Where(s => s.Name == Setting.Contact && s.Value == text).ExecuteDeleteAsync(cancellation);
                db.Destinations.Remove(destination);
                await db.SaveChangesAsync(cancellation);
                await withdrawal.EndAsync(cancellation);
                return null;
            },
            cancellation);

    /// <inheritdoc cref="RemoveDestinationAsync(Guid, CancellationToken)"/>
    public async Task<Edit> RemoveDestinationAsync(string address, CancellationToken cancellation) =>
        await DestinationIdAsync(address, cancellation) is (var id, var refused) && refused is null ? await RemoveDestinationAsync(id, cancellation) : refused;

    /// <summary>Its owner has withdrawn: nothing is forwarded to it until it is verified again.</summary>
    public Task<Edit> UnverifyDestinationAsync(Guid id, CancellationToken cancellation) =>
        EditDestinationAsync(
            id,
            async (db, journal, destination) =>
            {
                // A link that is still out must not bring it back.
                destination.Nonce = null;
                if (destination.VerifiedAt is null)
                {
                    return null;
                }

                RuleWithdrawal withdrawal = await BeginWithdrawalAsync(db, journal, destination, cancellation);
                destination.VerifiedAt = null;
                destination.ModifiedAt = Now();
                await db.SaveChangesAsync(cancellation);
                await withdrawal.EndAsync(cancellation);
                return null;
            },
            cancellation);

    /// <inheritdoc cref="UnverifyDestinationAsync(Guid, CancellationToken)"/>
    public async Task<Edit> UnverifyDestinationAsync(string address, CancellationToken cancellation) =>
        await DestinationIdAsync(address, cancellation) is (var id, var refused) && refused is null ? await UnverifyDestinationAsync(id, cancellation) : refused;

    /// <summary>Names who gets <c>postmaster</c> without a domain, and the postmaster mail of domains that have nobody.</summary>
    public Task<Edit> SetInstallationContactAsync(string address, CancellationToken cancellation) =>
        EditAsync(
            async (db, journal) =>
            {
                (Destination? destination, Edit.Refused? refused) = await VerifiedAsync(db, "contact", address, cancellation);
                if (refused is not null)
                {
                    return refused;
                }

                await SetContactSettingAsync(db, journal, destination!, cancellation);
                return new Edit.Done(destination!.Id);
            },
            cancellation);

    private static async Task SetContactSettingAsync(RulesDb db, RuleJournal journal, Destination contact, CancellationToken cancellation)
    {
        Setting? setting = await db.Settings.SingleOrDefaultAsync(s => s.Name == Setting.Contact, cancellation);
        if (setting is null)
        {
            setting = new Setting { Name = Setting.Contact, Value = string.Empty };
            db.Settings.Add(setting);
        }

        setting.Value = contact.Id.ToString("N");
        journal.NoteInstallationContact();
    }

    private async Task VerifyAsync(RulesDb db, RuleJournal journal, Destination destination, CancellationToken cancellation)
    {
        DateTimeOffset now = Now();
        (destination.VerifiedAt, destination.ModifiedAt, destination.AskAt, destination.Nonce) = (now, now, null, null);
        await db.SaveChangesAsync(cancellation);

        // Rules that had it stay as they are, and may lead somewhere now.
        await (await BeginWithdrawalAsync(db, journal, destination, cancellation)).EndAsync(cancellation);
    }

    /// <summary>Notes every rule that leads to it, and the domains whose contact it is.</summary>
    private static async Task<RuleWithdrawal> BeginWithdrawalAsync(RulesDb db, RuleJournal journal, Destination destination, CancellationToken cancellation)
    {
        var withdrawal = new RuleWithdrawal(db, journal);
        await withdrawal.BeginAsync(
            db.Rules.Where(r => r.FallbackId == destination.Id || db.RuleTargets.Any(t => t.DestinationId == destination.Id && t.RuleId == r.Id)), cancellation);
        foreach (Guid domain in await db.Domains.Where(d => d.ContactId == destination.Id).Select(d => d.Id).ToListAsync(cancellation))
        {
            journal.NoteDomain(domain);
        }

        return withdrawal;
    }

    private Task<Edit> EditDestinationAsync(Guid id, Func<RulesDb, RuleJournal, Destination, Task<Edit.Refused?>> change, CancellationToken cancellation) =>
        EditAsync(
            async (db, journal) =>
            {
                Destination? destination = await db.Destinations.SingleOrDefaultAsync(d => d.Id == id, cancellation);
                return destination is null ? NotFound($"destination {id:N}") : await change(db, journal, destination) ?? (Edit)new Edit.Done(id);
            },
            cancellation);

    private async Task<(Guid Id, Edit.Refused? Refused)> DestinationIdAsync(string address, CancellationToken cancellation)
    {
        if (!EmailAddress.TryParse(address, out EmailAddress? parsed))
        {
            return (Guid.Empty, NotAnAddress("email", address));
        }

        string key = AddressKey.Of(parsed);
        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        Guid? id = await db.Destinations.Where(d => d.Key == key).Select(d => (Guid?)d.Id).SingleOrDefaultAsync(cancellation);
        return (id.GetValueOrDefault(), id is null ? NotFound($"destination {parsed}") : null);
    }

    private static async Task<(Destination? Destination, Edit.Refused? Refused)> VerifiedAsync(
        RulesDb db, string field, string address, CancellationToken cancellation)
    {
        if (!EmailAddress.TryParse(address, out EmailAddress? parsed) || parsed.Domain.Length == 0)
        {
            return (null, NotAnAddress(field, address));
        }

        string key = AddressKey.Of(parsed);
        Destination? destination = await db.Destinations.SingleOrDefaultAsync(d => d.Key == key, cancellation);
        return NotVerified(parsed, destination) is { } sentence ? (null, new Edit.Refused(RefusalReason.Unverified, field, sentence)) : (destination, null);
    }

    private static Edit.Refused NotAnAddress(string field, string value) =>
        Invalid(field, $"The address {FieldText.Quoted(value)} is not an e-mail address such as name@example.com.");
}
