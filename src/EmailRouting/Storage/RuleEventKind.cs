namespace EmailRouting.Storage;

/// <summary>What happened to a rule. Stored as its number.</summary>
public enum RuleEventKind
{
    Created = 1,

    Updated = 2,

    Removed = 3,
}
