namespace EmailRouting.Delivery;

/// <summary>Section <c>Delivery</c> of the configuration.</summary>
/// <remarks>
/// The limits are those of RFC 5321 §4.5.3.2 where a host at work may need them (data block, final dot), and shorter where waiting five minutes only keeps the next
/// MX waiting (connecting, greeting, MAIL and RCPT): a host that slow is tried again from the queue.
/// </remarks>
public sealed class DeliveryOptions
{
    public const string Section = "Delivery";

    public DeliveryMode Mode { get; set; } = DeliveryMode.CutThrough;

    /// <summary>How long a sender waits for the target's verdict before the queue takes the message over.</summary>
    public TimeSpan Budget { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary><c>smtp://</c> or <c>smtps://[user:password@]host:port</c>; empty: by MX.</summary>
    public string Smarthost { get; set; } = string.Empty;

    /// <summary>The port of hosts found by MX.</summary>
    public int Port { get; set; } = 25;

    public TlsPolicy Tls { get; set; } = TlsPolicy.Opportunistic;

    /// <summary><c>;</c>-separated networks that may be delivered to although they are not public (invariant 8).</summary>
    public string AllowedNetworks { get; set; } = string.Empty;

    /// <summary>Connections to one address and port at a time; further attempts wait for one.</summary>
    public int MaxConnectionsPerHost { get; set; } = 50;

    /// <summary>
    /// Attempts under way for one domain (or the smarthost) from which on it counts as busy: messages then go to the queue instead of making their senders wait.
    /// </summary>
    public int MaxAttemptsPerHost { get; set; } = 200;

    /// <summary>
    /// Attempts begun within a minute with one provider, the domains it serves taken together; 0: as many as it takes. What it asks for itself is heeded in any case.
    /// </summary>
    public int MaxMessagesPerMinute { get; set; }

    /// <summary>How long a connection is kept for the next message.</summary>
    public TimeSpan IdleConnection { get; set; } = TimeSpan.FromSeconds(30);

    public int MaxMessagesPerConnection { get; set; } = 1000;

    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(30);

    public TimeSpan GreetingTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>For EHLO, STARTTLS with its handshake, AUTH, MAIL, RCPT and DATA, each.</summary>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>For a block of the message to be taken by the remote host.</summary>
    public TimeSpan DataBlockTimeout { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>For the reply to the final dot. To give up early here makes duplicates (RFC 1047).</summary>
    public TimeSpan FinalDotTimeout { get; set; } = TimeSpan.FromMinutes(10);
}
