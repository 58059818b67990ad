using System.Collections.Immutable;

namespace EmailRouting.Rules;

/// <summary>A rule as somebody wants it, nothing checked.</summary>
/// <param name="Pattern">One of the forms of <see cref="RulePattern"/>.</param>
/// <param name="Action">What it is to do.</param>
public sealed record RuleDraft(string Pattern, DraftAction Action)
{
    public string? Name { get; init; }

    public int Priority { get; init; }

    public bool Enabled { get; init; } = true;

    /// <summary>Forms of <see cref="SenderCondition"/>, of which one must hold; empty: mail from anybody.</summary>
    public ImmutableArray<string> Senders { get; init; } = [];

    /// <summary>In the future; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Of a forward: a verified destination that gets the mail when one of the others fails; null: none.</summary>
    public string? Fallback { get; init; }

    /// <summary>How many minutes a destination may stay unreachable; null: only a permanent refusal leads to the fallback.</summary>
    public int? FallbackAfterMinutes { get; init; }

    /// <summary>May have several lines.</summary>
    public string? Notes { get; init; }

    public ImmutableArray<string> Labels { get; init; } = [];

    /// <summary>Who owns it, where that is not a person.</summary>
    public string? Source { get; init; }

    /// <inheritdoc cref="Source"/>
    public string? OwnerWorkerTag { get; init; }

    /// <summary>Of a rule for one address: the address as it is to be read back, where it is spelt otherwise than <see cref="Pattern"/>.</summary>
    public string? WrittenAddress { get; init; }

    /// <summary>The value given to an action that has none, as JSON, to be read back.</summary>
    public string? WrittenValue { get; init; }
}
