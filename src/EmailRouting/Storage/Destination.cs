namespace EmailRouting.Storage;

/// <summary>An inbox that rules may forward to, once its owner has agreed.</summary>
public sealed class Destination
{
    public Guid Id { get; init; }

    /// <summary>As it was typed, and as it is written in the outbound RCPT.</summary>
    public required string Address { get; init; }

    /// <summary>What tells two addresses apart: <see cref="AddressKey.Of"/>.</summary>
    public required string Key { get; init; }

    /// <summary>Null until its owner has agreed.</summary>
    public DateTimeOffset? VerifiedAt { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
}
