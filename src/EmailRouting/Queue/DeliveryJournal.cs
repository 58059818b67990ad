using EmailRouting.Activity;
using EmailRouting.Delivery;
using EmailRouting.Mail;

namespace EmailRouting.Queue;

/// <summary>What the queue tells the activity log, and no more of it.</summary>
/// <param name="Attempted">One attempt; the number counts from 1.</param>
/// <param name="Ended">A delivery came to its end otherwise than by delivery: <c>bounced</c>, <c>failed</c>, <c>dropped</c>, <c>redirected</c> to another destination, and why.</param>
internal sealed record DeliveryJournal(Action<MailId, Target, DeliveryAttempt, int> Attempted, Action<MailId, Target, string, string> Ended)
{
    public static DeliveryJournal To(ActivityLog activity) => new(activity.Attempted, activity.Ended);
}
