using EmailRouting.Smtp;

namespace EmailRouting.Delivery;

/// <param name="Verdict">What it means.</param>
/// <param name="Reply">The remote's words, or ours for what it could not say.</param>
/// <param name="Sha256">Of the bytes that were sent; null where the message was not sent whole.</param>
/// <param name="IsHostTrouble">The host could not be spoken with (as opposed to: it said no to this mail).</param>
internal readonly record struct TransactionResult(Verdict Verdict, SmtpReply Reply, byte[]? Sha256, bool IsHostTrouble);
