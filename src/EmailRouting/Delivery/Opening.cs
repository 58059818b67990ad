using EmailRouting.Smtp;

namespace EmailRouting.Delivery;

/// <summary>A connection that is ready for a transaction, or the reason why there is none.</summary>
/// <param name="Connection">Null where it failed.</param>
/// <param name="Failure">Null where it did not.</param>
/// <param name="IsOurselves">The host calls itself by our name: it and all less preferred ones are left alone.</param>
internal readonly record struct Opening(SmtpConnection? Connection, SmtpReply? Failure, bool IsOurselves = false);
