using EmailRouting.Delivery;
using EmailRouting.Mail;

namespace EmailRouting.Queue;

/// <summary>A claimed delivery in the active window: waiting for its turn, or being attempted.</summary>
/// <param name="Delivery">And the claim.</param>
/// <param name="Mail">Where the message is at hand since its acceptance, one hold on its content; null where it is read from the store when its turn comes.</param>
/// <param name="UnderWay">An attempt that Custody began; null where it is the runner's to begin.</param>
/// <param name="EnteredAt">Since when it waits here.</param>
internal sealed record ActiveDelivery(ClaimedDelivery Delivery, AcceptedMail? Mail, Task<DeliveryAttempt>? UnderWay, DateTimeOffset EnteredAt)
{
    public string Domain => Delivery.Target.Destination.Domain;

    /// <summary>Of the memory that waiting messages may take.</summary>
    public long Bytes => Mail is { Content.Path: null } ? Mail.Content.Length : 0;
}
