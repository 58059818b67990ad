namespace EmailRouting.Storage;

/// <summary>One change of one rule: who made it, when, and what the rule was before and after. Outlives the rule.</summary>
public sealed class RuleEvent
{
    /// <summary>Rises, and is never used twice.</summary>
    public long Sequence { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>Such as <c>token deploy</c> or <c>command line</c>.</summary>
    public required string Actor { get; init; }

    public Guid DomainId { get; init; }

    public Guid RuleId { get; init; }

    /// <summary>What the rule is for, as people write it.</summary>
    public required string Pattern { get; init; }

    public RuleEventKind Kind { get; init; }

    /// <summary>The rule as JSON; null where it was created.</summary>
    public string? Before { get; init; }

    /// <summary>The rule as JSON; null where it was removed.</summary>
    public string? After { get; init; }
}
