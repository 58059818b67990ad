namespace EmailRouting.Storage;

/// <summary>An entry of an allow or block list: a sender's address, a domain with those below it, or a network of clients.</summary>
public sealed class ListedSender
{
    public Guid Id { get; init; }

    /// <summary>Null: for all domains.</summary>
    public Guid? DomainId { get; init; }

    public Domain? Domain { get; init; }

    public ListedSenderKind Kind { get; init; }

    /// <summary>In one form: addresses in lower case, domains in A-labels, networks without host bits.</summary>
    public required string Value { get; init; }

    /// <summary>False: blocked.</summary>
    public bool IsAllowed { get; set; }

    /// <summary>Why, for people.</summary>
    public string? Note { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
}
