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

    /// <summary>When its owner is to be asked by mail; null where nothing is to be sent.</summary>
    public DateTimeOffset? AskAt { get; set; }

    /// <summary>When its owner was last asked; null: not yet.</summary>
    public DateTimeOffset? AskedAt { get; set; }

    /// <summary>What makes the link in that mail work, once; null where no link is out.</summary>
    public string? Nonce { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ModifiedAt { get; set; }
}
