using System.Collections.Immutable;

namespace EmailRouting.Policy;

/// <summary>What has to be begun before the first recipient is known, because one domain or another asks for it.</summary>
/// <param name="BlockListZones">Asked at connect; each once.</param>
/// <param name="Spf">Asked at MAIL.</param>
/// <param name="SenderDomain">Likewise.</param>
public sealed record LookupNeeds(ImmutableArray<string> BlockListZones, bool Spf, bool SenderDomain)
{
    public static readonly LookupNeeds None = new([], Spf: false, SenderDomain: false);

    public static LookupNeeds Of(IEnumerable<DomainPolicy> policies)
    {
        LookupNeeds needs = None;
        foreach (DomainPolicy policy in policies)
        {
            if (ReferenceEquals(policy, DomainPolicy.Off))
            {
                continue;
            }

            InboundPolicy inbound = policy.Inbound;
            needs = new LookupNeeds(
                inbound.AsksBlockLists ? [.. needs.BlockListZones.Union(inbound.BlockListZones)] : needs.BlockListZones,
                needs.Spf | policy.AsksSpf,
                needs.SenderDomain | (inbound.SenderDomain != PolicyAction.Off));
        }

        return needs;
    }
}
