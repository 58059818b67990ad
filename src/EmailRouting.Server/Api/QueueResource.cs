using System.Collections.Immutable;
using EmailRouting.Queue;
using EmailRouting.Storage;

namespace EmailRouting.Server.Api;

/// <summary>One copy of a message that is owed to one inbox.</summary>
/// <param name="Id">Of the delivery.</param>
/// <param name="MessageId">As in our 250 and in the log.</param>
/// <param name="State"><c>queued</c>, <c>held</c>, <c>failed</c>.</param>
/// <param name="UnderWay">An attempt is being made, or is about to be.</param>
/// <param name="NextAttemptAt">Null where none is due.</param>
/// <param name="Sender">Null is the null reverse-path.</param>
/// <param name="Recipients">The addresses that lead there.</param>
/// <param name="Destination">The inbox.</param>
/// <param name="Fallback">Where it turns when that fails; null where that is the end, or where it has turned already.</param>
/// <param name="ReceivedAt">When the message was accepted.</param>
/// <param name="Size">Octets.</param>
/// <param name="Sha256">Of the message.</param>
/// <param name="Attempts">Made so far.</param>
/// <param name="LastReply">What the last of them was told.</param>
internal sealed record QueueDelivery(
    string Id,
    string MessageId,
    QueueDbState State,
    bool UnderWay,
    DateTimeOffset? NextAttemptAt,
    string? Sender,
    IReadOnlyList<string> Recipients,
    string Destination,
    string? Fallback,
    DateTimeOffset ReceivedAt,
    long Size,
    string Sha256,
    int Attempts,
    string? LastReply)
{
    public static QueueDelivery Of(QueueEntry entry) => new(
        entry.Id.ToString(),
        entry.MessageId.ToString(),
        entry.State,
        entry.IsUnderWay,
        entry is { IsUnderWay: false, State: QueueDbState.Queued } ? entry.DueAt : null,
        entry.Sender,
        [.. entry.Target.Aliases.Select(alias => alias.Alias.Text)],
        entry.Target.Destination.Text,
        entry.Target.Fallback?.Destination.Text,
        entry.ReceivedAt,
        entry.Length,
        Convert.ToHexStringLower(entry.Sha256.AsSpan()),
        entry.Attempts,
        entry.LastReply);

    public static IReadOnlyList<QueueDelivery> Of(ImmutableArray<QueueEntry> entries) => [.. entries.Select(Of)];
}

/// <summary>A message with all that is still owed of it.</summary>
internal sealed record QueueMessage(string Id, string? Sender, DateTimeOffset ReceivedAt, long Size, string Sha256, IReadOnlyList<QueueDelivery> Deliveries)
{
    /// <param name="entries">At least one, all of one message.</param>
    public static QueueMessage Of(ImmutableArray<QueueEntry> entries)
    {
        IReadOnlyList<QueueDelivery> deliveries = QueueDelivery.Of(entries);
        QueueDelivery first = deliveries[0];
        return new QueueMessage(first.MessageId, first.Sender, first.ReceivedAt, first.Size, first.Sha256, deliveries);
    }
}

/// <summary>What came of an act.</summary>
/// <param name="Id">Of the message.</param>
/// <param name="Changed">As they are now; after a drop, as they had been.</param>
/// <param name="Untouched">Not in a state for it, being attempted, or addressed to others too.</param>
internal sealed record QueueOutcome(string Id, IReadOnlyList<QueueDelivery> Changed, IReadOnlyList<QueueDelivery> Untouched);

/// <summary>As <see cref="CursorFacts"/>, and how many there are in all.</summary>
internal sealed record CountedCursorFacts(int Count, int PerPage, long TotalCount, string? Cursor, string? NextCursor);
