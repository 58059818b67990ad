using EmailRouting.Smtp;

namespace EmailRouting.Custody;

/// <summary>The answer to a final dot.</summary>
/// <param name="Reply">To be sent to the client.</param>
/// <param name="How">For the activity log.</param>
/// <param name="Receipt">To be told whether the reply reached the client; null where nothing was taken.</param>
public sealed record CustodyVerdict(SmtpReply Reply, CustodyResult How, Receipt? Receipt);

/// <summary>What became of a message at the final dot.</summary>
public enum CustodyResult
{
    /// <summary>The destination said 250 while the sender waited.</summary>
    Delivered,

    /// <summary>Durable in the queue.</summary>
    Queued,

    /// <summary>Durable in the queue, where it waits for the operator.</summary>
    Held,

    /// <summary>Gone, because the rules say so.</summary>
    Dropped,

    /// <summary>Acknowledged before, to a connection that died: this was the retry.</summary>
    AlreadyTaken,

    /// <summary>The destination's own permanent refusal, or ours.</summary>
    Refused,

    /// <summary>Not now.</summary>
    Deferred,
}
