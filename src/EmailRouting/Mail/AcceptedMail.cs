namespace EmailRouting.Mail;

/// <summary>A message that has been received whole: what Custody takes, and what the queue makes durable.</summary>
/// <param name="Id">Named in the 250.</param>
/// <param name="ReceivedAt">When its final dot was read.</param>
/// <param name="Envelope">Sender and parameters.</param>
/// <param name="Content">The bytes.</param>
/// <param name="MayBounce">False where no report may go to the sender: the null reverse-path, or a sender that looks forged.</param>
public sealed record AcceptedMail(MailId Id, DateTimeOffset ReceivedAt, Envelope Envelope, MessageContent Content, bool MayBounce);
