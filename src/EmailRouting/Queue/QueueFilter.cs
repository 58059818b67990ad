using EmailRouting.Mail;
using EmailRouting.Storage;

namespace EmailRouting.Queue;

/// <summary>Which deliveries to list.</summary>
/// <param name="State">Null for every state.</param>
/// <param name="Address">Part of a sender, an alias or a destination; null for all.</param>
/// <param name="After">The message after which the page begins, for the next page; null for the first.</param>
/// <param name="Limit">Deliveries on the page; one message's are never divided, so it may be a few more.</param>
public sealed record QueueFilter(QueueDbState? State, string? Address, MailId? After, int Limit);
