using System.Globalization;
using System.Net;
using EmailRouting.MailAuth;
using EmailRouting.Network;
using EmailRouting.Smtp;
using EmailRouting.Storage;

namespace EmailRouting.Policy;

/// <summary>What stands in an allow or block list, as people type it: <c>a@example.com</c>, <c>example.com</c> with all domains below it, <c>192.0.2.0/24</c>, <c>2001:db8::1</c>.</summary>
public static class SenderEntry
{
    /// <param name="text">As it was typed.</param>
    /// <param name="kind">What it names.</param>
    /// <param name="value">In one form, so that two entries are one where their values are.</param>
    public static bool TryParse(string text, out ListedSenderKind kind, out string value)
    {
        (kind, value) = (default, string.Empty);
        text = text.Trim();
        if (text.Contains('@', StringComparison.Ordinal))
        {
            if (EmailAddress.TryParse(text, out EmailAddress? address) && address.Domain.Length > 0)
            {
                (kind, value) = (ListedSenderKind.Address, address.Text.ToLowerInvariant());
            }
        }
        else if (TryParseNetwork(text, out IPNetwork network))
        {
            (kind, value) = (ListedSenderKind.Network, network.ToString());
        }
        else if (DnsName.TryNormalize(text, out string? domain) && !char.IsAsciiDigit(domain[^1]))
        {
            (kind, value) = (ListedSenderKind.Domain, domain);
        }

        return value.Length > 0;
    }

    /// <summary>An address is a network of one; octets behind the prefix are let go.</summary>
    private static bool TryParseNetwork(string text, out IPNetwork network)
    {
        network = default;
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        string first = slash < 0 ? text : text[..slash];

        // Four numbers, or something with a colon: the system takes "1" for an address too.
        bool looksRight = first.Count(c => c == '.') == 3 || first.Contains(':', StringComparison.Ordinal);
        if (!looksRight || first.AsSpan().ContainsAny("%[]") || !IPAddress.TryParse(first, out IPAddress? address))
        {
            return false;
        }

        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        int prefix = ClientNetwork.Bits(address);
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out prefix) || prefix > ClientNetwork.Bits(address)))
        {
            return false;
        }

        network = ClientNetwork.Of(address, prefix);
        return true;
    }
}
