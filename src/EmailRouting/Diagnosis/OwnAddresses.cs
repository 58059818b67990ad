using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace EmailRouting.Diagnosis;

/// <summary>Which addresses lead to this machine: those of its interfaces, and those that the operator names.</summary>
public static class OwnAddresses
{
    public static bool Has(IPAddress address, IReadOnlyCollection<IPAddress> named)
    {
        IPAddress plain = Unmapped(address);
        return named.Any(own => Unmapped(own).Equals(plain))
            || NetworkInterface.GetAllNetworkInterfaces()
                .SelectMany(network => network.GetIPProperties().UnicastAddresses)
                .Any(unicast => Unmapped(unicast.Address).Equals(plain));
    }

    /// <summary>The name of its reverse record.</summary>
    public static string ArpaName(this IPAddress address)
    {
        byte[] octets = Unmapped(address).GetAddressBytes();
        return octets.Length == 4
            ? $"{string.Join('.', octets.Reverse())}.in-addr.arpa"
            : $"{string.Join('.', octets.Reverse().SelectMany(octet => (string[])[(octet & 15).ToString("x", CultureInfo.InvariantCulture), (octet >> 4).ToString("x", CultureInfo.InvariantCulture)]))}.ip6.arpa";
    }

    private static IPAddress Unmapped(IPAddress address) =>
        address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
}
