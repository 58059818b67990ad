namespace EmailRouting.Rules;

/// <summary>Why an edit was refused.</summary>
public enum RefusalReason
{
    /// <summary>A value is not what it must be.</summary>
    Invalid,

    NotFound,

    /// <summary>There is one already.</summary>
    Duplicate,

    /// <summary>The destination's owner has not agreed (Cloudflare's 2054).</summary>
    Unverified,

    /// <summary>The mail would come back, or pass through too many addresses.</summary>
    Loop,

    /// <summary>It has been changed since whoever changes it now has read it.</summary>
    Stale,

    /// <summary>It was asked for a moment ago.</summary>
    TooSoon,
}
