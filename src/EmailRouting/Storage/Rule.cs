namespace EmailRouting.Storage;

/// <summary>What happens to the mail of one address, or of every other address of a domain.</summary>
public sealed class Rule
{
    public Guid Id { get; init; }

    public Guid DomainId { get; init; }

    public Domain? Domain { get; init; }

    public RuleKind Kind { get; set; }

    /// <summary>As it was typed, quotes and all; the text or expression of a pattern; empty for a catch-all.</summary>
    public required string LocalPart { get; set; }

    /// <summary><see cref="AddressKey.OfLocalPart"/>: with <see cref="Senders"/> unique in a domain among rules of one kind; empty for a catch-all.</summary>
    public required string LocalKey { get; set; }

    /// <summary>For mail from whom: conditions, one a line, of which one must hold. Empty: from anybody.</summary>
    public string Senders { get; set; } = string.Empty;

    public string? Name { get; set; }

    public bool Enabled { get; set; }

    /// <summary>The lower goes first among rules of one kind.</summary>
    public int Priority { get; set; }

    public RuleAction Action { get; set; }

    /// <summary>Only where the rule rejects.</summary>
    public int? RejectCode { get; set; }

    /// <inheritdoc cref="RejectCode"/>
    public string? RejectText { get; set; }

    /// <summary>From then on it is passed over as if it were disabled; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>Where the mail goes when a destination fails; null where that is the end.</summary>
    public Guid? FallbackId { get; set; }

    public Destination? Fallback { get; set; }

    /// <summary>How long a destination may stay unreachable before <see cref="Fallback"/> gets the mail; null: only a permanent refusal leads there.</summary>
    public int? FallbackAfterMinutes { get; set; }

    public string? Notes { get; set; }

    public List<string> Labels { get; set; } = [];

    /// <summary>Who owns it, where that is not a person: the word that a client of the API gave; null is <c>api</c>.</summary>
    public string? Source { get; set; }

    /// <inheritdoc cref="Source"/>
    public string? OwnerWorkerTag { get; set; }

    /// <summary>The address as a client of the API spelt it, where that differs from ours: it reads back what it wrote, to the letter.</summary>
    public string? WrittenAddress { get; set; }

    /// <summary>The value that a client of the API gave to an action that has none, as JSON; null where it gave none.</summary>
    public string? WrittenValue { get; set; }

    /// <summary>Rises with every change: who changes what he has not seen is told so.</summary>
    public int Revision { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ModifiedAt { get; set; }

    public List<RuleTarget> Targets { get; init; } = [];
}
