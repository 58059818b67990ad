using EmailRouting.Policy;

namespace EmailRouting.Server.Api;

/// <summary>What a zone wants done with mail that arrives for it.</summary>
/// <param name="SenderDomain">Sender domains that cannot be answered.</param>
/// <param name="BlockLists">Clients on one of the lists.</param>
/// <param name="BlockListZones">DNS block lists that are asked.</param>
/// <param name="AddressRate">Messages an hour from one address; null: no limit.</param>
/// <param name="NetworkRate">Messages an hour from one network; null: no limit.</param>
/// <param name="Greylisting">Whether a stranger's first message is put off once.</param>
/// <param name="Spf">Clients that the sender's domain does not know.</param>
/// <param name="Dkim">Signed messages of whose signatures none holds.</param>
/// <param name="Dmarc">Messages that the domain in From does not stand behind.</param>
/// <param name="TrustedSealers">Earlier handlers whose word is taken (ARC).</param>
/// <param name="Rspamd">What rspamd says of the content.</param>
internal sealed record PolicyResource(
    PolicyAction SenderDomain,
    PolicyAction BlockLists,
    IReadOnlyList<string> BlockListZones,
    int? AddressRate,
    int? NetworkRate,
    bool Greylisting,
    PolicyAction Spf,
    PolicyAction Dkim,
    PolicyAction Dmarc,
    IReadOnlyList<string> TrustedSealers,
    PolicyAction Rspamd)
{
    private const int MaxName = 253;

    public static PolicyResource Of(InboundPolicy policy) => new(
        policy.SenderDomain,
        policy.BlockLists,
        policy.BlockListZones,
        policy.AddressRate,
        policy.NetworkRate,
        policy.Greylisting,
        policy.Spf,
        policy.Dkim,
        policy.Dmarc,
        policy.TrustedSealers,
        policy.Rspamd);

    /// <summary>What a body wants changed; null where it says nothing of the policy.</summary>
    public static PolicyChange? Read(JsonFields body)
    {
        if (body.Object("policy") is not { } policy)
        {
            return null;
        }

        var change = new PolicyChange
        {
            Preset = Word<PolicyPreset>(policy, "preset"),
            SenderDomain = Word<PolicyAction>(policy, "sender_domain"),
            BlockLists = Word<PolicyAction>(policy, "block_lists"),
            BlockListZones = policy.Texts("block_list_zones", InboundPolicy.MaxZones, MaxName),
            AddressRate = Rate(policy, "address_rate"),
            NetworkRate = Rate(policy, "network_rate"),
            Greylisting = policy.Flag("greylisting"),
            Spf = Word<PolicyAction>(policy, "spf"),
            Dkim = Word<PolicyAction>(policy, "dkim"),
            Dmarc = Word<PolicyAction>(policy, "dmarc"),
            TrustedSealers = policy.Texts("trusted_sealers", InboundPolicy.MaxSealers, MaxName),
            Rspamd = Word<PolicyAction>(policy, "rspamd"),
        };
        policy.RemarkOnOthers();
        return change;
    }

    // Null in the body takes the limit away.
    private static int? Rate(JsonFields policy, string name) => policy.Has(name) && !policy.HasValue(name) ? 0 : policy.Number(name, 0, PolicyChange.MaxRate);

    private static T? Word<T>(JsonFields policy, string name)
        where T : struct, Enum
    {
        if (policy.Text(name, 20) is not { } text)
        {
            return null;
        }

        if (Enum.TryParse(text, ignoreCase: true, out T word) && !char.IsAsciiDigit(text[0]))
        {
            return word;
        }

        policy.Wrong(name, $"'{Shown.Text(text)}' must be {string.Join(" or ", Enum.GetNames<T>().Select(n => n.ToLowerInvariant()))}");
        return null;
    }
}
