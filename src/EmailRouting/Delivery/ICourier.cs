using EmailRouting.Mail;
using EmailRouting.Smtp;

namespace EmailRouting.Delivery;

/// <summary>Makes one attempt to hand one copy of a message to one destination. Writes nothing down; never throws for what the network does.</summary>
public interface ICourier
{
    /// <summary>
    /// False while the destination's host set is in back-off or at its connection limit: then a message is not offered while its sender waits, it goes
    /// straight to the queue.
    /// </summary>
    bool IsReady(EmailAddress destination);

    /// <param name="consignment">What to deliver. The content stays the caller's to release.</param>
    /// <param name="cancellation">Gives the attempt up wherever it is. The outcome is then <see cref="DeliveryOutcome.Deferred"/>.</param>
    Task<DeliveryAttempt> AttemptAsync(Consignment consignment, CancellationToken cancellation);
}

/// <summary>What one attempt carries.</summary>
/// <param name="Id">For logs.</param>
/// <param name="Envelope">As it came; its parameters go on as invariant 12 says.</param>
/// <param name="Target">Where to, and for whom.</param>
/// <param name="Content">The bytes, verbatim.</param>
public sealed record Consignment(MailId Id, Envelope Envelope, Target Target, MessageContent Content)
{
    /// <summary>Of MAIL FROM; null is the null reverse-path.</summary>
    public EmailAddress? Sender => Target.ReturnPath ?? Envelope.Sender;

    /// <summary>Octets on the wire, before dot-stuffing: the trace of ours, then the message.</summary>
    public long Length => Target.Trace.Length + Content.Length;
}
