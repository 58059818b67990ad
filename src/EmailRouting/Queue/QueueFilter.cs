using System.Collections.Immutable;
using EmailRouting.Storage;

namespace EmailRouting.Queue;

/// <summary>Which deliveries to list.</summary>
/// <param name="Limit">How many at most.</param>
public sealed record QueueFilter(int Limit)
{
    /// <summary>Null for every state.</summary>
    public QueueDbState? State { get; init; }

    /// <summary>Part of a sender, an alias or a destination; null for all. It is looked for in every row that the rest leaves.</summary>
    public string? Text { get; init; }

    /// <summary>Only what is addressed to one of these; null for all. Aliases on other domains are then left out of what is returned.</summary>
    public ImmutableArray<string>? Domains { get; init; }

    /// <summary>The delivery after which the page begins, as <see cref="QueuePage.Next"/> has it; null for the first page.</summary>
    public DeliveryId? After { get; init; }
}
