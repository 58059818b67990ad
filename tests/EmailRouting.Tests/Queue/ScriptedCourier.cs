using System.Collections.Concurrent;
using EmailRouting.Delivery;
using EmailRouting.Smtp;

namespace EmailRouting.Tests.Queue;

/// <summary>Says of each consignment what the test wants said, and remembers it.</summary>
internal sealed class ScriptedCourier(Func<Consignment, CancellationToken, Task<DeliveryOutcome>> verdict) : ICourier
{
    public ConcurrentQueue<Consignment> Seen { get; } = new();

    public bool IsReadyNow { get; set; } = true;

    public static DeliveryOutcome Delivered { get; } = new DeliveryOutcome.Delivered(new SmtpReply(250, "2.0.0", "OK"));

    public static DeliveryOutcome Refused { get; } = new DeliveryOutcome.Refused(new SmtpReply(550, "5.1.1", "inbox@secret.example is unknown at secret.example"));

    public static DeliveryOutcome Deferred { get; } = new DeliveryOutcome.Deferred(new SmtpReply(451, "4.7.1", "try again"));

    public bool IsReady(EmailAddress destination) => IsReadyNow;

    public async Task<DeliveryAttempt> AttemptAsync(Consignment consignment, CancellationToken cancellation)
    {
        Seen.Enqueue(consignment);
        return Attempt(await verdict(consignment, cancellation));
    }

    public static DeliveryAttempt Attempt(DeliveryOutcome outcome) => new(outcome, "mx.secret.example", "192.0.2.1:25", string.Empty, default, default, null);
}
