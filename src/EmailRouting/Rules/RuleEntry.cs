namespace EmailRouting.Rules;

/// <summary>A rule as the set holds it: the decision it leads to, made once. A value, since a million of them are kept.</summary>
internal readonly record struct RuleEntry(RecipientDecision Decision, RuleState State)
{
    public bool IsActive => State == RuleState.Active;

    public Guid? RuleId => Decision switch
    {
        RecipientDecision.Forward forward => forward.RuleId,
        RecipientDecision.Drop drop => drop.RuleId,
        RecipientDecision.Refuse refuse => refuse.RuleId,
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
