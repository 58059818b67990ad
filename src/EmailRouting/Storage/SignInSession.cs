namespace EmailRouting.Storage;

/// <summary>One browser in which somebody is signed in. Its cookie carries nothing but a key: without this row it is worthless.</summary>
public sealed class SignInSession
{
    public Guid Id { get; init; }

    /// <summary>SHA-256 of the key in the cookie.</summary>
    public required byte[] Digest { get; init; }

    public Guid PersonId { get; init; }

    /// <summary>What ASP.NET Core keeps of a sign-in, sealed with the installation's own keys.</summary>
    public required byte[] Ticket { get; set; }

    /// <summary>The client's, when it was last seen.</summary>
    public string Address { get; set; } = string.Empty;

    /// <summary>The browser in its own words.</summary>
    public string Agent { get; set; } = string.Empty;

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset SeenAt { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }
}
