namespace EmailRouting.Storage;

/// <summary>A domain of ours.</summary>
public sealed class Domain
{
    public Guid Id { get; init; }

    /// <summary>Lower-case A-labels.</summary>
    public required string Name { get; init; }

    public DomainState State { get; set; }

    /// <summary>Whether <c>user+tag@</c> falls back to <c>user@</c>.</summary>
    public bool SubAddressing { get; set; }

    /// <summary>Who gets <c>postmaster@</c> and <c>abuse@</c>; null where it is found by invariant 9.</summary>
    public Guid? ContactId { get; set; }

    public Destination? Contact { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}
