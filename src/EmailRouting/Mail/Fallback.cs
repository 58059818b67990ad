using EmailRouting.Smtp;

namespace EmailRouting.Mail;

/// <summary>Where a delivery turns when its destination fails: decided by the rule, fixed with the delivery when the message is accepted.</summary>
/// <param name="Destination">Another inbox. Never shown to a sender, like every destination.</param>
/// <param name="After">How long the first destination may be unreachable, counted from acceptance; null: only a permanent refusal leads on.</param>
public sealed record Fallback(EmailAddress Destination, TimeSpan? After);
