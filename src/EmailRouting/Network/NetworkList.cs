using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace EmailRouting.Network;

/// <summary>Networks as the configuration lists them: <c>192.168.1.0/24;fd00::/8</c>. A plain address is a network of one.</summary>
internal sealed class NetworkList
{
    private readonly ImmutableArray<IPNetwork> _networks;

    private NetworkList(ImmutableArray<IPNetwork> networks) => _networks = networks;

    public static NetworkList Empty { get; } = new([]);

    public static bool TryParse(string text, [NotNullWhen(true)] out NetworkList? list, [NotNullWhen(false)] out string? unreadable)
    {
        ImmutableArray<IPNetwork>.Builder networks = ImmutableArray.CreateBuilder<IPNetwork>();
        foreach (string part in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (IPNetwork.TryParse(part, out IPNetwork network))
            {
                networks.Add(network);
            }
            else if (IPAddress.TryParse(part, out IPAddress? address))
            {
                networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            }
            else
            {
                (list, unreadable) = (null, part);
                return false;
            }
        }

        (list, unreadable) = (new NetworkList(networks.ToImmutable()), null);
        return true;
    }

    public bool Contains(IPAddress address)
    {
        foreach (IPNetwork network in _networks)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }
}
