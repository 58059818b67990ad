using System.Net;
using EmailRouting.Network;
using Microsoft.Extensions.Options;

namespace EmailRouting.Delivery;

/// <summary>Where a stranger's DNS may send us (invariant 8): to public addresses that are not ours, and to what the operator allows.</summary>
internal sealed class AllowedAddresses(OwnIdentity identity, IOptions<DeliveryOptions> options)
{
    private readonly NetworkList _allowed = NetworkList.TryParse(options.Value.AllowedNetworks, out NetworkList? allowed, out _) ? allowed : NetworkList.Empty;

    public bool IsOurs(IPEndPoint endPoint) => identity.IsOurAddress(endPoint);

    public bool Contains(IPAddress address) =>
        AddressScope.IsPublic(address) || _allowed.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
}
