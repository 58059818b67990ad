namespace EmailRouting.Policy;

/// <summary>Whether mail could be sent back to where a message claims to come from.</summary>
internal enum SenderDomainState
{
    /// <summary>It has an MX record, or an address that stands in for one (RFC 5321 §5.1).</summary>
    Reachable,

    /// <summary>It says itself that it takes no mail (RFC 7505 §4.2).</summary>
    NullMx,

    /// <summary>It has neither MX nor address.</summary>
    Unknown,

    /// <summary>The DNS did not answer.</summary>
    NotAnswered,
}
