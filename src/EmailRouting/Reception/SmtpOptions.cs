using System.ComponentModel.DataAnnotations;
using EmailRouting.Network;

namespace EmailRouting.Reception;

/// <summary>The inbound SMTP front end: <c>Smtp:*</c>.</summary>
public sealed class SmtpOptions
{
    public const string Section = "Smtp";

    /// <summary>
    /// Where to listen: <c>host:port</c>, several separated by <c>;</c>. Empty: <c>127.0.0.1:2525</c> in Development, <c>[::]:25;[::]:2525</c> otherwise.
    /// </summary>
    public string Listen { get; set; } = "";

    /// <summary>Our name in the greeting and in HELO to others. Empty: the machine's fully qualified name.</summary>
    public string HostName { get; set; } = "";

    /// <summary>Addresses that are ours though no interface shows them (behind NAT), separated by <c>;</c>. Mail is never sent to them.</summary>
    public string PublicAddresses { get; set; } = "";

    /// <summary>PEM files of certificate chain and key, separated by <c>;</c>, read again when they change. Empty: a self-signed one is made.</summary>
    public string Certificate { get; set; } = "";

    /// <summary>Largest message, in octets; offered as SIZE (RFC 1870).</summary>
    [Range(65_536, 1_073_741_824)]
    public long MaxMessageBytes { get; set; } = 36_700_160;

    /// <summary>Longest line of a message, in octets without CR LF. 0: as long as a message may be. RFC 5321 §4.5.3.1.6 speaks of 998; real mail does not.</summary>
    [Range(0, 1_073_741_824)]
    public long MaxLineOctets { get; set; }

    /// <summary>Recipients of one transaction; what is beyond gets 452 4.5.3 and may come again (RFC 5321 §4.5.3.1.10).</summary>
    [Range(1, 10_000)]
    public int MaxRecipients { get; set; } = 100;

    /// <summary>Messages of one connection, then 421.</summary>
    [Range(1, int.MaxValue)]
    public int MaxTransactions { get; set; } = 100_000;

    /// <summary>Connections in all.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 2_000;

    /// <summary>Connections of one client address (an IPv6 /64 counts as one).</summary>
    [Range(1, 1_000_000)]
    public int MaxConnectionsPerAddress { get; set; } = 50;

    /// <summary>Networks to which limits per client address do not apply. It exempts from limits, never from relaying rules.</summary>
    public string LimitExempt { get; set; } = "127.0.0.0/8;::1/128";

    /// <summary>Unreadable or misplaced commands before 421.</summary>
    [Range(1, 10_000)]
    public int MaxBadCommands { get; set; } = 10;

    /// <summary>Refused recipients of one connection before 421: a search for addresses ends here.</summary>
    [Range(1, 100_000)]
    public int MaxRefusedRecipients { get; set; } = 100;

    /// <summary>How long a client may be silent between commands (RFC 5321 §4.5.3.2.7).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a client may be silent inside a message (RFC 5321 §4.5.3.2.5).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan DataTimeout { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>How long one message may take in all.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan MessageTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long one connection may last in all; it ends with 421 between two messages.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan ConnectionTimeout { get; set; } = TimeSpan.FromHours(2);

    /// <summary>Octets per second below which a message that has been coming in for half a minute is given up. 0: never.</summary>
    [Range(0, 1_000_000)]
    public int MinDataRate { get; set; } = 250;

    /// <summary>How often one message may come by for one recipient within an hour before it is a loop (invariant 6).</summary>
    [Range(1, 10_000)]
    public int LoopLimit { get; set; } = 25;

    /// <summary>Reports an hour that are read for one return address (SRS): each may cost a mail to somebody else.</summary>
    [Range(1, 1_000_000)]
    public int ReturnLimit { get; set; } = 50;

    /// <summary>
    /// What our policy of MTA-STS asks of others. It is published for every domain of ours; <c>Enforce</c> only where <see cref="Certificate"/> is one that the world trusts.
    /// </summary>
    public MtaStsMode MtaSts { get; set; } = MtaStsMode.None;

    /// <summary>Octets of messages held in memory at once, 1 MiB at least.</summary>
    [Range(1_048_576, 68_719_476_736)]
    public long MemoryBudget { get; set; } = 64 * 1024 * 1024;
}
