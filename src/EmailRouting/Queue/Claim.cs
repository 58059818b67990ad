using EmailRouting.Mail;

namespace EmailRouting.Queue;

/// <summary>The right to attempt one delivery and to say how it ended: a lease, not a lock.</summary>
/// <param name="DeliveryId">The row.</param>
/// <param name="Token">Differs for every claim ever made on the row: who lost the lease can settle nothing. Never 0, which stands for no claim.</param>
public readonly record struct Claim(long DeliveryId, long Token)
{
    /// <summary>A claim on a delivery that does not exist yet. Both numbers come from the mint of message ids, so none comes twice.</summary>
    public static Claim New(DateTimeOffset now) => new(MailId.New(now).Value, MailId.New(now).Value);
}
