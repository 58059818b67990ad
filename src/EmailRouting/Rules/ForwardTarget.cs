using EmailRouting.Mail;
using EmailRouting.Smtp;

namespace EmailRouting.Rules;

/// <summary>One place that a rule forwards to.</summary>
/// <param name="Destination">An inbox elsewhere, or while a chain is not yet followed an address on a domain of ours.</param>
/// <param name="Fallback">Null where a failure of the destination is the end.</param>
public sealed record ForwardTarget(EmailAddress Destination, Fallback? Fallback);
