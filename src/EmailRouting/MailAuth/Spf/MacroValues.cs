using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EmailRouting.MailAuth.Spf;

/// <summary>What the letters of macros stand for (RFC 7208 §7.2).</summary>
/// <param name="Query">Sender, client and HELO.</param>
/// <param name="Domain">Whose record is read at the moment.</param>
/// <param name="ClientName">The validated name of the client, or <c>unknown</c>.</param>
/// <param name="Receiver">Our name.</param>
/// <param name="Now">When the check is made.</param>
internal sealed record MacroValues(SpfQuery Query, string Domain, string ClientName, string Receiver, DateTimeOffset Now)
{
    /// <param name="letter">In lower case.</param>
    public string Of(char letter) => letter switch
    {
        's' => $"{Query.LocalPart}@{Query.Domain}",
        'l' => Query.LocalPart,
        'o' => Query.Domain,
        'd' => Domain,
        'i' => Query.Client.AddressFamily == AddressFamily.InterNetworkV6 ? Nibbles(Query.Client) : Query.Client.ToString(),
        'p' => ClientName,
        'v' => Query.Client.AddressFamily == AddressFamily.InterNetworkV6 ? "ip6" : "in-addr",
        'h' => Query.Helo,
        'c' => Query.Client.ToString(),
        'r' => Receiver,
        't' => Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Nibbles(IPAddress address) => string.Join('.', Convert.ToHexString(address.GetAddressBytes()).ToCharArray());
}
