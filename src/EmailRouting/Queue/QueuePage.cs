using System.Collections.Immutable;

namespace EmailRouting.Queue;

/// <summary>A part of a list: the oldest first, and stable while mail comes and goes, for a page begins after a delivery and not at a number.</summary>
/// <param name="Entries">No more than were asked for.</param>
/// <param name="Total">How many there are on all pages, just now.</param>
/// <param name="Next">After which the next page begins; null where this is the last.</param>
public sealed record QueuePage(ImmutableArray<QueueEntry> Entries, long Total, DeliveryId? Next);
