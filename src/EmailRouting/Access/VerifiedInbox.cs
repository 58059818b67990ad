using EmailRouting.Rules;
using EmailRouting.Smtp;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Access;

/// <summary>Where an operator may send mail by hand: to an inbox whose owner has agreed, as a rule may.</summary>
public static class VerifiedInbox
{
    /// <returns>The inbox as its owner wrote it, or why it is none.</returns>
    public static async Task<(EmailAddress? Inbox, Edit.Refused? Refusal)> FindAsync(RulesDb db, string text, CancellationToken cancellation)
    {
        if (!EmailAddress.TryParse(text, out EmailAddress? address))
        {
            return (null, new Edit.Refused(RefusalReason.Invalid, "destination", $"The destination '{Printable.Line(text)}' is not an address such as you@inbox.example."));
        }

        if (await db.Domains.AnyAsync(d => d.Name == address.Domain, cancellation))
        {
            return (null, new Edit.Refused(RefusalReason.Invalid, "destination", $"The destination {address} is on a domain of this installation: name the inbox that its mail is to go to."));
        }

        string key = AddressKey.Of(address);
        Destination? known = await db.Destinations.AsNoTracking().SingleOrDefaultAsync(d => d.Key == key, cancellation);
        return known?.VerifiedAt is not null && EmailAddress.TryParse(known.Address, out EmailAddress? inbox)
            ? (inbox, null)
            : (null, new Edit.Refused(
                RefusalReason.Unverified,
                "destination",
                known is null ? $"{address} is not among the destinations; add it and have its owner agree first." : $"The owner of {address} has not agreed to get this mail yet."));
    }
}
