namespace EmailRouting.Rules;

/// <summary>One edit of many that are made together.</summary>
public abstract record RuleEdit
{
    private RuleEdit()
    {
    }

    /// <summary>Refused where there is a rule for the same recipients and senders already.</summary>
    public sealed record Create(RuleDraft Draft) : RuleEdit
    {
        /// <summary>What the rule was before it was removed; null for a new one.</summary>
        internal RestoredRule? Restored { get; init; }
    }

    /// <summary>Replaces the whole rule, also what it is for; it stays in its domain.</summary>
    /// <param name="Id">Of the rule.</param>
    /// <param name="Draft">What it becomes.</param>
    /// <param name="ExpectedRevision">That the editor has seen; null: whatever it is.</param>
    public sealed record Update(Guid Id, RuleDraft Draft, int? ExpectedRevision) : RuleEdit;

    /// <summary>Creates the rule for these recipients and senders, or replaces it.</summary>
    public sealed record Set(RuleDraft Draft) : RuleEdit;

    /// <inheritdoc cref="Update"/>
    public sealed record Remove(Guid Id, int? ExpectedRevision) : RuleEdit;

    /// <inheritdoc cref="Update"/>
    public sealed record SetEnabled(Guid Id, bool Enabled, int? ExpectedRevision) : RuleEdit;
}
