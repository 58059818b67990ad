using System.Collections.Immutable;
using EmailRouting.Smtp;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Rules;

/// <summary>What the set is made from, as it lies in the database.</summary>
internal static class RuleQueries
{
    /// <summary>Rows of one rule follow one another; ids rise with age, so this is the order in which the rules lie on disk.</summary>
    public static IQueryable<RuleRow> Rows(this RulesDb db, IQueryable<Rule> rules) =>
        from rule in rules
        from target in db.RuleTargets.Where(t => t.RuleId == rule.Id).DefaultIfEmpty()
        orderby rule.Id, target.Position
        select new RuleRow(
            rule.Id,
            rule.DomainId,
            rule.Kind,
            rule.LocalKey,
            rule.Kind == RuleKind.Exact ? null : rule.LocalPart,
            rule.Senders,
            rule.Priority,
            rule.ExpiresAt,
            rule.Enabled,
            rule.Action,
            rule.RejectCode,
            rule.RejectText,
            rule.FallbackId,
            rule.FallbackAfterMinutes,
            target.DestinationId,
            target.Alias);

    /// <summary>The verified ones of these destinations, as addresses.</summary>
    public static async Task AddVerifiedAsync(Dictionary<Guid, EmailAddress> addresses, IQueryable<Destination> destinations, CancellationToken cancellation)
    {
        var rows = destinations.Where(d => d.VerifiedAt != null).Select(d => new { d.Id, d.Address });
        await foreach (var row in rows.AsAsyncEnumerable().WithCancellation(cancellation))
        {
            if (EmailAddress.TryParse(row.Address, out EmailAddress? address))
            {
                addresses.Add(row.Id, address);
            }
        }
    }

    /// <summary>The installation's: the one that was named, else the oldest verified destination.</summary>
    public static async Task<RecipientDecision> InstallationContactAsync(this RulesDb db, CancellationToken cancellation)
    {
        string? named = await db.Settings.Where(s => s.Name == Setting.Contact).Select(s => s.Value).FirstOrDefaultAsync(cancellation);
        IQueryable<Destination> verified = db.Destinations.Where(d => d.VerifiedAt != null);
        string? address = null;
        if (Guid.TryParse(named, out Guid id))
        {
            address = await verified.Where(d => d.Id == id).Select(d => d.Address).FirstOrDefaultAsync(cancellation);
        }

        address ??= await verified.OrderBy(d => d.Id).Select(d => d.Address).FirstOrDefaultAsync(cancellation);
        return (RecipientDecision?)Contact(address) ?? Refusals.NoContact;
    }

    /// <summary>A domain's (invariant 9): the one that was named, else the oldest verified destination that a rule of the domain uses; null where there is neither.</summary>
    public static async Task<RecipientDecision.Forward?> ContactAsync(this RulesDb db, Domain domain, CancellationToken cancellation)
    {
        string? address = null;
        if (domain.ContactId is { } named)
        {
            address = await db.Destinations.Where(d => d.Id == named && d.VerifiedAt != null).Select(d => d.Address).FirstOrDefaultAsync(cancellation);
        }

        address ??= await db.RuleTargets
            .Where(t => t.DomainId == domain.Id && t.DestinationId != null && t.Destination!.VerifiedAt != null)
            .OrderBy(t => t.DestinationId)
            .Select(t => t.Destination!.Address)
            .FirstOrDefaultAsync(cancellation);
        return Contact(address);
    }

    private static RecipientDecision.Forward? Contact(string? address) =>
        EmailAddress.TryParse(address, out EmailAddress? contact)
            ? new RecipientDecision.Forward(ImmutableArray.Create(new ForwardTarget(contact, Fallback: null)), RuleId: null)
            : null;
}
