using System.Collections.Immutable;
using EmailRouting.Mail;

namespace EmailRouting.Queue;

/// <summary>What an act of the operator is about: everything that is owed of a message, or less.</summary>
/// <param name="Message">The message.</param>
public sealed record QueueSelection(MailId Message)
{
    /// <summary>Null for all of them.</summary>
    public DeliveryId? Delivery { get; init; }

    /// <summary>
    /// The domains of who acts; null for all. What one of their aliases is among is seen, without the others. What all aliases are on is acted upon: a copy that is
    /// somebody else's too is not his to drop.
    /// </summary>
    public ImmutableArray<string>? Domains { get; init; }
}
