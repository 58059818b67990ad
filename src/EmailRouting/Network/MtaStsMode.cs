namespace EmailRouting.Network;

/// <summary>What a policy of MTA-STS asks of those who send to its domain (RFC 8461 §5).</summary>
public enum MtaStsMode
{
    /// <summary>Nothing: there is no policy, or no longer one.</summary>
    None,

    /// <summary>To deliver as ever; who keeps reports reports what the policy would have forbidden.</summary>
    Testing,

    /// <summary>To deliver to the hosts it lists alone, over TLS with a certificate that is valid for the host; or not at all.</summary>
    Enforce,
}
