namespace EmailRouting.Storage;

/// <summary>Which recipients a rule is for. Stored as its number; the numbers are in the order of resolution (invariant 4) and leave room.</summary>
/// <remarks>The four kinds of pattern stand on one step of that order: among them, as everywhere, the lower priority number goes first, then the older rule.</remarks>
public enum RuleKind
{
    /// <summary>One address.</summary>
    Exact = 10,

    /// <summary>Local parts that begin with a text.</summary>
    Prefix = 30,

    /// <summary>Local parts that end with a text.</summary>
    Suffix = 31,

    /// <summary>Local parts that fit a text with <c>*</c> and <c>?</c> in it.</summary>
    Glob = 32,

    /// <summary>Local parts that fit a regular expression as a whole.</summary>
    Regex = 33,

    /// <summary>Every address of the domain that no other rule takes.</summary>
    CatchAll = 90,
}
