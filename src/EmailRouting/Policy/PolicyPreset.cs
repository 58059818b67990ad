namespace EmailRouting.Policy;

/// <summary>A whole policy in one word: what a domain can begin with.</summary>
public enum PolicyPreset
{
    Off,

    /// <summary>Everything is looked at and written down, nothing is refused.</summary>
    Tag,

    /// <summary>What is certainly forged, or could not be answered, is refused.</summary>
    Reject,
}
