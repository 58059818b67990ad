namespace EmailRouting.Storage;

/// <summary>Which recipients a rule is for. Stored as its number; the numbers are in the order of resolution (invariant 4) and leave room.</summary>
public enum RuleKind
{
    /// <summary>One address.</summary>
    Exact = 10,

    /// <summary>Every address of the domain that no other rule takes.</summary>
    CatchAll = 90,
}
