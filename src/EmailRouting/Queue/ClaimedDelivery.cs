using EmailRouting.Mail;

namespace EmailRouting.Queue;

/// <summary>A delivery that is this process's to attempt.</summary>
/// <param name="Claim">To settle with.</param>
/// <param name="MessageId">Its message.</param>
/// <param name="Target">Where to.</param>
/// <param name="AgesFrom">Where its age counts from: the acceptance, moved on by the time it was held.</param>
/// <param name="Attempts">Made so far.</param>
public sealed record ClaimedDelivery(Claim Claim, MailId MessageId, Target Target, DateTimeOffset AgesFrom, int Attempts);
