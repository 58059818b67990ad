using EmailRouting.Smtp;

namespace EmailRouting.Delivery;

/// <summary>How an attempt ended. It decides what is owed next: nothing, a report, or another attempt.</summary>
public abstract record DeliveryOutcome
{
    private DeliveryOutcome()
    {
    }

    /// <summary>The remote said 2xx to the final dot: the message is theirs.</summary>
    public sealed record Delivered(SmtpReply Reply) : DeliveryOutcome;

    /// <summary>
    /// A permanent verdict on this mail: the remote's 5xx to MAIL, RCPT, DATA or the dot, a domain that accepts no mail or does not exist, a message that cannot be
    /// sent there (5.6.x), a loop (5.4.6).
    /// </summary>
    /// <param name="Reply">For the activity log only; a sender gets the code and status with our words (promise 4).</param>
    public sealed record Refused(SmtpReply Reply) : DeliveryOutcome;

    /// <summary>
    /// Not now: a 4xx, network or DNS trouble, or a 5xx about us rather than the mail (greeting, EHLO, STARTTLS, AUTH) from every host that was tried.
    /// </summary>
    /// <param name="Reply">The remote's words, or ours for what it could not say (<c>451 4.4.1 …</c>).</param>
    public sealed record Deferred(SmtpReply Reply) : DeliveryOutcome;
}

/// <summary>One attempt, as the activity log keeps it.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Host">Name of the host that gave the verdict; empty where none was reached.</param>
/// <param name="Address">Its IP address and port; empty where none was reached.</param>
/// <param name="Tls">
/// Protocol, cipher, what the certificate is worth, and what the domain's policy of MTA-STS asks where it has one, for example
/// <c>TLS1.3 TLS_AES_256_GCM_SHA384 certificate=verified mta-sts=enforce</c>; empty in clear text.
/// </param>
/// <param name="StartedAt">When the attempt began.</param>
/// <param name="Elapsed">Whole duration, DNS and connecting included.</param>
/// <param name="Sha256">
/// Digest of the message that went on the wire, before dot-stuffing and without what was put in front of it; null where it was not sent whole. Promise 1 compares it
/// with the digest on the way in.
/// </param>
public sealed record DeliveryAttempt(
    DeliveryOutcome Outcome,
    string Host,
    string Address,
    string Tls,
    DateTimeOffset StartedAt,
    TimeSpan Elapsed,
    byte[]? Sha256);
