namespace EmailRouting.Storage;

/// <summary>What became of a message, in one word that a person understands. Stored as its number: a number is never given a second meaning.</summary>
/// <remarks>How it follows from the transaction and the attempts is said in one place, <c>Activity/StatusVerdict</c>.</remarks>
public enum MessageStatus
{
    /// <summary>Ours, and no attempt has come back yet.</summary>
    Queued = 1,

    /// <summary>Ours, and put off at least once by a destination that still gets it later.</summary>
    Delayed = 2,

    /// <summary>At every destination that it was owed to, less those that the operator dropped.</summary>
    Forwarded = 3,

    /// <summary>Taken and gone: a rule said so, or the operator.</summary>
    Dropped = 4,

    /// <summary>Refused for good while the sender was connected; it is the sender's still.</summary>
    Rejected = 5,

    /// <summary>Answered 4xx; it is the sender's still, who comes again.</summary>
    TemporarilyRejected = 6,

    /// <summary>Taken, not delivered to one destination at least, and the sender was told by a report.</summary>
    Bounced = 7,

    /// <summary>Taken, not delivered to one destination at least, and kept because nobody may be told.</summary>
    Failed = 8,

    /// <summary>The client went away, or began anew, before there was a message.</summary>
    Abandoned = 9,

    /// <summary>A message that was taken before and whose 250 was lost with its connection: acknowledged, not taken twice.</summary>
    Duplicate = 10,

    /// <summary>Ours, held in the queue because a policy finds fault with it, until the operator releases or drops it.</summary>
    Quarantined = 11,
}
