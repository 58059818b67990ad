namespace EmailRouting.Rules;

/// <summary>How one step of a chain ended.</summary>
public enum ChainOutcome
{
    /// <summary>An address of ours that forwards: the steps after it say where to.</summary>
    Followed,

    /// <summary>An inbox elsewhere; the mail goes there.</summary>
    Target,

    /// <summary>An inbox or address that an earlier step has led to.</summary>
    Repeated,

    Dropped,

    Refused,

    /// <summary>Back at a rule that led here.</summary>
    Cycle,

    TooManySteps,

    TooManyTargets,
}
