using EmailRouting.Storage;

namespace EmailRouting.Activity;

/// <summary>From what was recorded to the one status of a message.</summary>
/// <remarks>
/// <para>
/// Attempts may be written down before the transaction they belong to (a message offered while its sender waits is attempted first), so this works on whatever is
/// known and is asked again when more is.
/// </para>
/// <para>
/// A message for several destinations has the status of what is worst for it, in the order of what somebody should know first: failed, bounced, delayed, queued,
/// forwarded, dropped. So <c>forwarded</c> is only said when nothing is owed any more and nothing went wrong.
/// </para>
/// </remarks>
internal static class StatusVerdict
{
    /// <param name="message">The transaction.</param>
    /// <param name="attempts">All that are known of the message, the oldest first.</param>
    public static MessageStatus Of(MessageRecord message, IReadOnlyList<WrittenAttempt> attempts) =>
        message.Result == "abandoned" ? OfAbandoned(message) : Of(message.Result, message.Owed, attempts);

    /// <param name="result">Of the transaction.</param>
    /// <param name="owed">Destinations; null where that was not written down.</param>
    /// <param name="attempts">All that are known of the message, the oldest first.</param>
    public static MessageStatus Of(string result, int? owed, IReadOnlyList<WrittenAttempt> attempts) => result switch
    {
        "delivered" => MessageStatus.Forwarded,
        "queued" => OfTaken(owed, attempts),

        // Until something has happened to it, it waits for the operator.
        "held" => OfTaken(owed, attempts) is var status && status == MessageStatus.Queued ? MessageStatus.Quarantined : status,
        "dropped" => MessageStatus.Dropped,
        "refused" => MessageStatus.Rejected,
        "already-taken" => MessageStatus.Duplicate,

        // It could not be stored and the sender was told to come again, but the attempt that was under way reached the inbox.
        "deferred" when attempts.Any(a => a.Result == "delivered") => MessageStatus.Forwarded,
        "deferred" => MessageStatus.TemporarilyRejected,
        _ => MessageStatus.Abandoned,
    };

    /// <summary>Whether attempts can change the status of a transaction with this result.</summary>
    public static bool IsOpenTo(string result) => result is "queued" or "held" or "deferred";

    private static MessageStatus OfTaken(int? owed, IReadOnlyList<WrittenAttempt> attempts)
    {
        bool isDelivered = false, isDropped = false, isBounced = false, isFailed = false, isDelayed = false;
        int destinations = 0;
        int closed = 0;
        foreach (IGrouping<string, WrittenAttempt> destination in attempts.GroupBy(a => a.Destination, StringComparer.OrdinalIgnoreCase))
        {
            string last = destination.Last().Result;
            int delivered = destination.Count(a => a.Result == "delivered");
            if (delivered > 0)
            {
                // Once there it is there, whatever a second attempt came to. Two deliveries that were redirected to one inbox close two.
                (isDelivered, destinations, closed) = (true, destinations + delivered, closed + delivered);
                continue;
            }

            // The destination that it was redirected to answers for it.
            if (last == "redirected")
            {
                continue;
            }

            destinations++;
            closed += last is "bounced" or "failed" or "dropped" ? 1 : 0;
            isFailed |= last == "failed";
            isBounced |= last == "bounced";
            isDropped |= last == "dropped";
            isDelayed |= last is "deferred";
        }

        return isFailed ? MessageStatus.Failed
            : isBounced ? MessageStatus.Bounced
            : isDelayed ? MessageStatus.Delayed
            : closed < (owed ?? Math.Max(destinations, 1)) ? MessageStatus.Queued
            : isDelivered ? MessageStatus.Forwarded
            : isDropped ? MessageStatus.Dropped
            : MessageStatus.Queued;
    }

    // Who is refused every recipient most often says QUIT or RSET and not DATA: it was we who turned the mail away.
    private static MessageStatus OfAbandoned(MessageRecord message)
    {
        if (message.Recipients.IsEmpty || message.Recipients.Any(r => r.Decision != "refuse"))
        {
            return MessageStatus.Abandoned;
        }

        return message.Recipients.Any(r => r.Reply.StartsWith('5')) ? MessageStatus.Rejected : MessageStatus.TemporarilyRejected;
    }
}
