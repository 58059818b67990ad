using EmailRouting.Smtp;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Rules;

public sealed partial class RuleBook
{
    /// <summary>More rules than this, and one note says that everything has changed.</summary>
    private const int MaxNotes = 1000;

    /// <summary>Adds an inbox. One that is there and unverified becomes verified where that is asked for.</summary>
    public Task<Edit> AddDestinationAsync(string address, bool verified, CancellationToken cancellation) =>
        EditAsync(
            async db =>
            {
                if (!EmailAddress.TryParse(address, out EmailAddress? parsed) || parsed.Domain.Length == 0)
                {
                    return NotAnAddress("address", address);
                }

                if (await db.Domains.AnyAsync(d => d.Name == parsed.Domain, cancellation))
                {
                    return Invalid($"The address {parsed} is on a domain of this installation: a rule can forward to it without its being a destination.");
                }

                string key = AddressKey.Of(parsed);
                DateTimeOffset now = clock.GetUtcNow();
                Destination? known = await db.Destinations.SingleOrDefaultAsync(d => d.Key == key, cancellation);
                if (known is not null && (known.VerifiedAt is not null || !verified))
                {
                    return Duplicate($"a destination {known.Address}");
                }

                if (known is null)
                {
                    known = new Destination { Id = Guid.CreateVersion7(now), Address = parsed.Text, Key = key, CreatedAt = now, ModifiedAt = now };
                    db.Destinations.Add(known);
                }

                known.VerifiedAt = verified ? now : null;
                IQueryable<RuleTarget> targets = db.RuleTargets.Where(t => t.DestinationId == known.Id);
                await NoteRulesAsync(db, targets, cancellation);
                return new Edit.Done(known.Id);
            },
            cancellation);

    /// <summary>Rules that forward to others too go on without it; a rule left with none is disabled (invariant 4).</summary>
    public Task<Edit> RemoveDestinationAsync(string address, CancellationToken cancellation) =>
        ChangeDestinationAsync(
            address,
            async (db, destination) =>
            {
                IQueryable<RuleTarget> targets = db.RuleTargets.Where(t => t.DestinationId == destination.Id);
                await WithdrawAsync(db, targets, () => targets.ExecuteDeleteAsync(cancellation), cancellation);
                foreach (Domain domain in await db.Domains.Where(d => d.ContactId == destination.Id).ToListAsync(cancellation))
                {
                    domain.ContactId = null;
                    Note(db, domain.Id, null);
                }

                string id = destination.Id.ToString("N");
                await db.Settings.Where(s => s.Name == Setting.Contact && s.Value == id).ExecuteDeleteAsync(cancellation);
                db.Destinations.Remove(destination);
            },
            cancellation);

    /// <summary>Its owner has withdrawn: nothing is forwarded to it until it is verified again.</summary>
    public Task<Edit> UnverifyDestinationAsync(string address, CancellationToken cancellation) =>
        ChangeDestinationAsync(
            address,
            async (db, destination) =>
            {
                destination.VerifiedAt = null;
                await WithdrawAsync(db, db.RuleTargets.Where(t => t.DestinationId == destination.Id), () => db.SaveChangesAsync(cancellation), cancellation);
                foreach (Guid domain in await db.Domains.Where(d => d.ContactId == destination.Id).Select(d => d.Id).ToListAsync(cancellation))
                {
                    Note(db, domain, null);
                }
            },
            cancellation);

    /// <summary>Names who gets <c>postmaster</c> without a domain, and the postmaster mail of domains that have nobody.</summary>
    public Task<Edit> SetInstallationContactAsync(string address, CancellationToken cancellation) =>
        EditAsync(
            async db =>
            {
                (Destination? destination, Edit.Refused? refused) = await VerifiedAsync(db, address, cancellation);
                if (destination is null)
                {
                    return refused!;
                }

                Setting? setting = await db.Settings.SingleOrDefaultAsync(s => s.Name == Setting.Contact, cancellation);
                if (setting is null)
                {
                    setting = new Setting { Name = Setting.Contact, Value = string.Empty };
                    db.Settings.Add(setting);
                }

                setting.Value = destination.Id.ToString("N");
                Note(db, RuleChange.NoDomain, null);
                return new Edit.Done(destination.Id);
            },
            cancellation);

    private Task<Edit> ChangeDestinationAsync(string address, Func<RulesDb, Destination, Task> change, CancellationToken cancellation) =>
        EditAsync(
            async db =>
            {
                if (!EmailAddress.TryParse(address, out EmailAddress? parsed))
                {
                    return NotAnAddress("address", address);
                }

                string key = AddressKey.Of(parsed);
                Destination? destination = await db.Destinations.SingleOrDefaultAsync(d => d.Key == key, cancellation);
                if (destination is null)
                {
                    return NotFound($"destination {parsed}");
                }

                await change(db, destination);
                return new Edit.Done(destination.Id);
            },
            cancellation);

    /// <summary>Takes targets away and disables the rules that are left without one that counts.</summary>
    private async Task WithdrawAsync(RulesDb db, IQueryable<RuleTarget> targets, Func<Task> withdraw, CancellationToken cancellation)
    {
        List<Guid>? few = await NoteRulesAsync(db, targets, cancellation);
        await withdraw();
        IQueryable<Rule> affected = few is null ? db.Rules : db.Rules.Where(r => few.Contains(r.Id));
        DateTimeOffset now = clock.GetUtcNow();
        await affected
            .Where(r => r.Enabled && r.Action == RuleAction.Forward
                && !db.RuleTargets.Any(t => t.RuleId == r.Id && (t.Alias != null || t.Destination!.VerifiedAt != null)))
            .ExecuteUpdateAsync(set => set.SetProperty(r => r.Enabled, false).SetProperty(r => r.ModifiedAt, now), cancellation);
    }

    /// <summary>Notes every rule that has one of these targets, and that contacts may have changed.</summary>
    /// <returns>The rules; null where they are too many to be named.</returns>
    private static async Task<List<Guid>?> NoteRulesAsync(RulesDb db, IQueryable<RuleTarget> targets, CancellationToken cancellation)
    {
        var rules = await db.Rules.Where(r => targets.Any(t => t.RuleId == r.Id))
            .Select(r => new { r.Id, r.DomainId, r.Kind, r.LocalKey }).OrderBy(r => r.Id).Take(MaxNotes + 1).ToListAsync(cancellation);
        if (rules.Count > MaxNotes)
        {
            Note(db, domain: null, localKey: null);
            return null;
        }

        Note(db, RuleChange.NoDomain, null);
        foreach (var rule in rules)
        {
            Note(db, rule.DomainId, rule.Kind == RuleKind.CatchAll ? null : rule.LocalKey);
        }

        return rules.ConvertAll(r => r.Id);
    }

    private static async Task<(Destination? Destination, Edit.Refused? Refused)> VerifiedAsync(RulesDb db, string address, CancellationToken cancellation)
    {
        if (!EmailAddress.TryParse(address, out EmailAddress? parsed) || parsed.Domain.Length == 0)
        {
            return (null, NotAnAddress("address", address));
        }

        string key = AddressKey.Of(parsed);
        Destination? destination = await db.Destinations.SingleOrDefaultAsync(d => d.Key == key, cancellation);
        return destination switch
        {
            null => (null, new Edit.Refused(RefusalReason.Unverified, $"The address {parsed} is not a destination: add it and have it verified first.")),
            { VerifiedAt: null } => (null, new Edit.Refused(RefusalReason.Unverified, $"The destination {destination.Address} is not verified yet.")),
            _ => (destination, null),
        };
    }

    private static Edit.Refused NotAnAddress(string field, string value) =>
        Invalid($"The {field} {Quoted(value)} is not an e-mail address such as name@example.com.");
}
