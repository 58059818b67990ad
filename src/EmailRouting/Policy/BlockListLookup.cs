using System.Net;
using System.Net.Sockets;
using EmailRouting.Dns;

namespace EmailRouting.Policy;

/// <summary>Asks a DNS block list about a client (RFC 5782).</summary>
internal static class BlockListLookup
{
    public static Task<DnsAnswer<IPAddress>> AskAsync(IResolver resolver, IPAddress client, string zone, CancellationToken cancellation) =>
        resolver.AddressesAsync(Name(client, zone), AddressFamily.InterNetwork, cancellation);

    /// <summary>Whether an answer lists the client; null where the list has not answered the question.</summary>
    /// <remarks>
    /// An entry is in 127.0.0.0/8 (§2.1): what else comes back is a parked domain, or a network that answers for names that are not there. Lists answer in 127.255.255.0/24 to
    /// say that they were asked wrongly, or too often, or through somebody's public resolver; taken for an entry that would refuse all mail.
    /// </remarks>
    public static bool? IsListed(DnsAnswer<IPAddress> answer) => answer switch
    {
        DnsAnswer<IPAddress>.Found found => found.Records.Any(static address => IsEntry(address)) ? true
            : found.Records.Any(static address => IsRefusal(address)) ? null
            : false,
        DnsAnswer<IPAddress>.None => false,
        _ => null,
    };

    /// <summary>The octets of an IPv4 address, or the nibbles of an IPv6 address, last first (§2.1 and §2.4).</summary>
    public static string Name(IPAddress client, string zone)
    {
        byte[] octets = client.GetAddressBytes();
        Array.Reverse(octets);
        return client.AddressFamily == AddressFamily.InterNetworkV6
            ? $"{string.Join('.', octets.SelectMany(static octet => (string[])[$"{octet & 0xF:x}", $"{octet >> 4:x}"]))}.{zone}"
            : $"{string.Join('.', octets)}.{zone}";
    }

    private static bool IsEntry(IPAddress address) => IsOfLists(address) && !IsRefusal(address);

    private static bool IsRefusal(IPAddress address) => address.GetAddressBytes() is [127, 255, 255, _];

    private static bool IsOfLists(IPAddress address) => address.GetAddressBytes() is [127, _, _, _];
}
