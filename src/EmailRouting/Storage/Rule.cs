namespace EmailRouting.Storage;

/// <summary>What happens to the mail of one address, or of every other address of a domain.</summary>
public sealed class Rule
{
    public Guid Id { get; init; }

    public Guid DomainId { get; init; }

    public Domain? Domain { get; init; }

    public RuleKind Kind { get; init; }

    /// <summary>As it was typed, quotes and all; empty for a catch-all.</summary>
    public required string LocalPart { get; init; }

    /// <summary><see cref="AddressKey.OfLocalPart"/>: unique in a domain among rules of one kind; empty for a catch-all.</summary>
    public required string LocalKey { get; init; }

    public string? Name { get; set; }

    public bool Enabled { get; set; }

    /// <summary>The lower goes first among rules of one kind.</summary>
    public int Priority { get; set; }

    public RuleAction Action { get; set; }

    /// <summary>Only where the rule rejects.</summary>
    public int? RejectCode { get; set; }

    /// <inheritdoc cref="RejectCode"/>
    public string? RejectText { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ModifiedAt { get; set; }

    public List<RuleTarget> Targets { get; init; } = [];
}
