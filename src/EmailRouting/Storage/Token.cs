namespace EmailRouting.Storage;

/// <summary>A key to the API. The secret is shown once; only its digest is kept.</summary>
public sealed class Token
{
    public Guid Id { get; init; }

    public required string Name { get; init; }

    /// <summary>SHA-256. A secret of this entropy needs no salt and no slow hash.</summary>
    public required byte[] Digest { get; init; }

    /// <summary>Separated by blanks; empty is everything.</summary>
    public required string Scopes { get; init; }

    /// <summary>Null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Null: not yet.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
}
