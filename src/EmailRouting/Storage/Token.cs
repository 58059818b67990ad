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

    /// <summary>Ids of domains, separated by blanks; empty is all of them, and what belongs to none.</summary>
    public string Domains { get; init; } = string.Empty;

    /// <summary>Null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Null: not yet.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
}
