using System.Net;
using System.Net.Sockets;

namespace EmailRouting.Network;

/// <summary>The network that an address is part of.</summary>
internal static class ClientNetwork
{
    private const int BitsOfCustomerLine = 64;

    public static int Bits(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? 128 : 32;

    /// <summary>What counts as one client: an IPv4 address; of IPv6 a /64, since one customer line has all of those addresses.</summary>
    public static IPNetwork OfClient(IPAddress address) => Of(address, Math.Min(Bits(address), BitsOfCustomerLine));

    /// <param name="address">Of either family.</param>
    /// <param name="prefix">Bits that stay; no more than it has.</param>
    public static IPNetwork Of(IPAddress address, int prefix)
    {
        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out int length);
        octets = octets[..length];
        if (prefix / 8 < length)
        {
            octets[prefix / 8] &= (byte)(0xFF00 >> (prefix % 8));
            octets[((prefix / 8) + 1)..].Clear();
        }

        return new IPNetwork(new IPAddress(octets), prefix);
    }
}
