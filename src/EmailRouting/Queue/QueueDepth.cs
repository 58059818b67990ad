namespace EmailRouting.Queue;

/// <summary>How many deliveries are owed, by state, and since when the longest due of them waits.</summary>
/// <param name="Queued">Waiting or being attempted.</param>
/// <param name="Held">By the operator.</param>
/// <param name="Failed">Kept for the operator to see.</param>
/// <param name="OldestDueAt">Null where nothing is queued; in the future where nothing is late.</param>
public sealed record QueueDepth(long Queued, long Held, long Failed, DateTimeOffset? OldestDueAt);
