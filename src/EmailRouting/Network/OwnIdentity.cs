using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;

namespace EmailRouting.Network;

/// <summary>Who we are on the network, so that mail is not delivered to ourselves (invariants 6 and 8).</summary>
public sealed class OwnIdentity
{
    private readonly ImmutableHashSet<IPEndPoint> _listening;
    private readonly ImmutableHashSet<IPAddress> _public;

    /// <param name="hostName"><c>Smtp:HostName</c>: what we say in EHLO, and what no other host may call itself.</param>
    /// <param name="listening">Where we listen. An unspecified address (<c>[::]:25</c>) stands for every address of this machine.</param>
    /// <param name="publicAddresses"><c>Smtp:PublicAddresses</c>: where the world reaches us, whatever the port is called inside.</param>
    public OwnIdentity(string hostName, IEnumerable<IPEndPoint> listening, IEnumerable<IPAddress> publicAddresses)
    {
        HostName = hostName.TrimEnd('.');
        _listening = [.. listening.SelectMany(Spread)];
        _public = [.. publicAddresses.Select(Unmapped)];
    }

    /// <summary>Where the world reaches us, beside the addresses of this machine.</summary>
    public IReadOnlyCollection<IPAddress> PublicAddresses => _public;

    /// <summary>Our name in EHLO.</summary>
    public string HostName { get; }

    public bool IsOurName(string host) => string.Equals(host.TrimEnd('.'), HostName, StringComparison.OrdinalIgnoreCase);

    public bool IsOurAddress(IPEndPoint endPoint)
    {
        IPAddress address = Unmapped(endPoint.Address);
        return _public.Contains(address) || _listening.Contains(new IPEndPoint(address, endPoint.Port));
    }

    private static IPAddress Unmapped(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static IEnumerable<IPEndPoint> Spread(IPEndPoint listening)
    {
        // [::] is dual stack, so it stands for the IPv4 addresses as well.
        if (!listening.Address.Equals(IPAddress.Any) && !listening.Address.Equals(IPAddress.IPv6Any))
        {
            return [new IPEndPoint(Unmapped(listening.Address), listening.Port)];
        }

        return NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(unicast => new IPEndPoint(Unmapped(unicast.Address), listening.Port));
    }
}
