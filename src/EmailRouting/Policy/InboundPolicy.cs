using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;

namespace EmailRouting.Policy;

/// <summary>What a domain wants done with the mail that arrives for it. All of it is off until somebody chooses otherwise.</summary>
public sealed record InboundPolicy
{
    public const int MaxZones = 10;
    public const int MaxSealers = 50;

    public static readonly InboundPolicy Off = new();

    /// <summary>Sender domains that cannot be answered: a null MX (RFC 7505), or neither MX nor address.</summary>
    public PolicyAction SenderDomain { get; init; }

    /// <summary>Clients that one of <see cref="BlockListZones"/> lists.</summary>
    public PolicyAction BlockLists { get; init; }

    /// <summary>DNS block lists (RFC 5782), such as <c>zen.spamhaus.org</c>.</summary>
    public ImmutableArray<string> BlockListZones { get; init; } = [];

    /// <summary>Messages an hour from one address (IPv6: one /64); null: no limit.</summary>
    public int? AddressRate { get; init; }

    /// <summary>Messages an hour from one network (IPv4: a /24, IPv6: a /48); null: no limit.</summary>
    public int? NetworkRate { get; init; }

    /// <summary>Whether a stranger's first message is put off once: a mail server comes again, a spammer's program seldom does.</summary>
    public bool Greylisting { get; init; }

    /// <summary>A client that the sender domain's record (RFC 7208) says is none of its own: <c>fail</c>, not <c>softfail</c>.</summary>
    public PolicyAction Spf { get; init; }

    /// <summary>Messages that are signed, and none of whose signatures holds. A message without any is nothing unusual.</summary>
    public PolicyAction Dkim { get; init; }

    /// <summary>Messages that the domain in From does not stand behind: as far as this goes, done as that domain asks (RFC 9989).</summary>
    public PolicyAction Dmarc { get; init; }

    /// <summary>Domains of earlier handlers whose word is taken (RFC 8617) that a message was in order before they changed it.</summary>
    public ImmutableArray<string> TrustedSealers { get; init; } = [];

    /// <summary>What rspamd says of the message; nothing is asked where <c>Policy:Rspamd</c> is not set.</summary>
    public PolicyAction Rspamd { get; init; }

    public bool AsksBlockLists => BlockLists != PolicyAction.Off && !BlockListZones.IsEmpty;

    public bool AsksSpf => Spf != PolicyAction.Off || ReadsMessage;

    /// <summary>Whether signatures are verified: the one check that must read the octets.</summary>
    public bool ReadsMessage => Dkim != PolicyAction.Off || Dmarc != PolicyAction.Off;

    public static InboundPolicy Of(PolicyPreset preset) => preset switch
    {
        PolicyPreset.Off => Off,
        PolicyPreset.Tag => new InboundPolicy
        {
            SenderDomain = PolicyAction.Tag,
            BlockLists = PolicyAction.Tag,
            Spf = PolicyAction.Tag,
            Dkim = PolicyAction.Tag,
            Dmarc = PolicyAction.Tag,
            Rspamd = PolicyAction.Tag,
        },

        // A signature that does not hold says as much as none (RFC 6376 §6.1): by itself it is no reason.
        PolicyPreset.Reject => new InboundPolicy
        {
            SenderDomain = PolicyAction.Reject,
            BlockLists = PolicyAction.Reject,
            Spf = PolicyAction.Reject,
            Dkim = PolicyAction.Tag,
            Dmarc = PolicyAction.Reject,
            Rspamd = PolicyAction.Reject,
        },
        _ => throw new UnreachableException(),
    };

    /// <summary>The same checks, none of which does more than is said here; nothing is put off either.</summary>
    public InboundPolicy AtMost(PolicyAction most) => this with
    {
        SenderDomain = Least(SenderDomain, most),
        BlockLists = Least(BlockLists, most),
        Greylisting = false,
        Spf = Least(Spf, most),
        Dkim = Least(Dkim, most),
        Dmarc = Least(Dmarc, most),
        Rspamd = Least(Rspamd, most),
    };

    /// <summary>As it is stored: JSON, and nothing at all for <see cref="Off"/>. Equal texts are equal policies.</summary>
    public string ToText() => JsonSerializer.Serialize(this, InboundPolicyJson.Default.InboundPolicy) is var text && text == OffText ? string.Empty : text;

    /// <param name="text">Of <see cref="ToText"/>.</param>
    public static InboundPolicy FromText(string text) =>
        text.Length == 0 ? Off : JsonSerializer.Deserialize(text, InboundPolicyJson.Default.InboundPolicy) ?? Off;

    private static readonly string OffText = JsonSerializer.Serialize(new InboundPolicy(), InboundPolicyJson.Default.InboundPolicy);

    private static PolicyAction Least(PolicyAction one, PolicyAction other) => one < other ? one : other;
}
