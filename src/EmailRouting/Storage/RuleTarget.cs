namespace EmailRouting.Storage;

/// <summary>One place that a rule forwards to: an inbox elsewhere or an address on a domain of ours.</summary>
public sealed class RuleTarget
{
    public Guid RuleId { get; init; }

    public int Position { get; init; }

    /// <summary>The rule's, repeated: "the oldest inbox that this domain uses" is then one step in an index, with a million rules too.</summary>
    public Guid DomainId { get; init; }

    /// <summary>Null where <see cref="Alias"/> is not.</summary>
    public Guid? DestinationId { get; init; }

    public Destination? Destination { get; init; }

    /// <summary>An address on a domain of ours, as it was typed: it needs nobody's consent but ours. Null where <see cref="DestinationId"/> is not.</summary>
    public string? Alias { get; init; }

    /// <summary>The domain of <see cref="Alias"/>.</summary>
    public Guid? AliasDomainId { get; init; }

    /// <summary>The address as the rule spells it, where that differs from the destination's own spelling.</summary>
    public string? Written { get; init; }
}
