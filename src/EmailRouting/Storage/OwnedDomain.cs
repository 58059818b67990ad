namespace EmailRouting.Storage;

/// <summary>A domain elsewhere whose inboxes are the operator's own: one that is added as a destination is verified at once.</summary>
public sealed class OwnedDomain
{
    /// <summary>Lower-case A-labels.</summary>
    public required string Name { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}
