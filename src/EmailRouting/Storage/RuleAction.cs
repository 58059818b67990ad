namespace EmailRouting.Storage;

/// <summary>What a rule does. Stored as its number.</summary>
public enum RuleAction
{
    Forward = 1,

    /// <summary>Accepted and gone.</summary>
    Drop = 2,

    Reject = 3,
}
