namespace EmailRouting.Delivery;

/// <summary>What one host made of one message.</summary>
internal enum Verdict
{
    /// <summary>2xx to the final dot.</summary>
    Delivered,

    /// <summary>5xx to MAIL, RCPT, DATA or the dot, or the message cannot be sent to this host: no other host is asked.</summary>
    Refused,

    /// <summary>4xx, or the connection broke before the final dot: the next host may be asked.</summary>
    NotNow,

    /// <summary>The final dot was sent and no answer came. The host may have the message: nobody else is asked now (RFC 1047).</summary>
    Uncertain,

    /// <summary>A connection that had been idle turned out to be dead before it answered anything: a fresh one is worth a try.</summary>
    Stale,
}
