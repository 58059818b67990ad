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

    /// <summary>Its owner's switch: off, and no mail is received for it, whatever its state.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Nothing here depends on it: clients of the API set it and read it back.</summary>
    public bool SkipWizard { get; set; }

    /// <inheritdoc cref="SkipWizard"/>
    public bool Paused { get; set; }

    /// <summary>Whether its owner has said that the DNS records stay as they are; the records themselves are not in our hands.</summary>
    public bool DnsLocked { get; set; } = true;

    /// <summary>What is done with mail that arrives: the text of an <c>InboundPolicy</c>, empty where nothing is.</summary>
    public string Policy { get; set; } = string.Empty;

    /// <summary>What is done to the mail that is forwarded for it.</summary>
    public ForwardingProfile Profile { get; set; }

    /// <summary>Rises with every change of the settings: who changes what he has not seen is told so.</summary>
    public int Revision { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ModifiedAt { get; set; }
}
