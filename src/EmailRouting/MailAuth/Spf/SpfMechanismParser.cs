using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EmailRouting.MailAuth.Spf;

/// <summary>The grammar of one mechanism (RFC 7208 §12).</summary>
internal static class SpfMechanismParser
{
    private const int Bits4 = 32;
    private const int Bits6 = 128;

    private static readonly SearchValues<char> IPv6Characters = SearchValues.Create("0123456789abcdefABCDEF:.");

    public static bool TryParse(ReadOnlySpan<char> term, [NotNullWhen(true)] out SpfMechanism? mechanism)
    {
        mechanism = null;
        if (term.IsEmpty)
        {
            return false;
        }

        SpfResult? qualifier = term[0] switch
        {
            '+' => SpfResult.Pass,
            '-' => SpfResult.Fail,
            '~' => SpfResult.SoftFail,
            '?' => SpfResult.Neutral,
            _ => null,
        };
        SpfResult result = qualifier ?? SpfResult.Pass;
        ReadOnlySpan<char> rest = qualifier is null ? term : term[1..];
        int end = rest.IndexOfAny(':', '/') is var found and >= 0 ? found : rest.Length;
        ReadOnlySpan<char> name = rest[..end];
        ReadOnlySpan<char> argument = rest[end..];
        string text = term.ToString();

        if (Is(name, "all"))
        {
            mechanism = argument.IsEmpty ? new SpfMechanism.All(result, text) : null;
        }
        else if (Is(name, "ip4"))
        {
            mechanism = TryReadNetwork(argument, AddressFamily.InterNetwork, out IPAddress? network, out int prefix)
                ? new SpfMechanism.Ip(result, text, network, prefix) : null;
        }
        else if (Is(name, "ip6"))
        {
            mechanism = TryReadNetwork(argument, AddressFamily.InterNetworkV6, out IPAddress? network, out int prefix)
                ? new SpfMechanism.Ip(result, text, network, prefix) : null;
        }
        else if (Is(name, "include"))
        {
            mechanism = TryReadDomain(argument, out MacroString? domain) && domain is not null ? new SpfMechanism.Include(result, text, domain) : null;
        }
        else if (Is(name, "exists"))
        {
            mechanism = TryReadDomain(argument, out MacroString? domain) && domain is not null ? new SpfMechanism.Exists(result, text, domain) : null;
        }
        else if (Is(name, "ptr"))
        {
            mechanism = TryReadDomain(argument, out MacroString? domain) ? new SpfMechanism.ClientName(result, text, domain) : null;
        }
        else if (Is(name, "a") || Is(name, "mx"))
        {
            if (TryCutPrefixes(ref argument, out int prefix4, out int prefix6) && TryReadDomain(argument, out MacroString? domain))
            {
                mechanism = name.Length == 1
                    ? new SpfMechanism.A(result, text, domain, prefix4, prefix6)
                    : new SpfMechanism.Mx(result, text, domain, prefix4, prefix6);
            }
        }

        return mechanism is not null;
    }

    private static bool Is(ReadOnlySpan<char> name, string known) => name.Equals(known, StringComparison.OrdinalIgnoreCase);

    /// <summary>A colon and a domain, or nothing at all.</summary>
    private static bool TryReadDomain(ReadOnlySpan<char> argument, out MacroString? domain)
    {
        domain = null;
        return argument.IsEmpty || (argument[0] == ':' && MacroString.TryParseDomain(argument[1..], out domain));
    }

    private static bool TryReadNetwork(ReadOnlySpan<char> argument, AddressFamily family, [NotNullWhen(true)] out IPAddress? network, out int prefix)
    {
        int bits = family == AddressFamily.InterNetwork ? Bits4 : Bits6;
        (network, prefix) = (null, bits);
        if (argument is not [':', .. var text])
        {
            return false;
        }

        if (text.IndexOf('/') is var slash and >= 0)
        {
            if (!TryReadPrefix(text[(slash + 1)..], bits, out prefix))
            {
                return false;
            }

            text = text[..slash];
        }

        // IPAddress also takes addresses of three parts, in octal, with scopes and ports.
        return (family == AddressFamily.InterNetwork ? IsFourNumbers(text) : !text.ContainsAnyExcept(IPv6Characters))
            && IPAddress.TryParse(text, out network)
            && network.AddressFamily == family;
    }

    private static bool IsFourNumbers(ReadOnlySpan<char> text)
    {
        int count = 0;
        foreach (Range part in text.Split('.'))
        {
            if (!TryReadPrefix(text[part], byte.MaxValue, out _))
            {
                return false;
            }

            count++;
        }

        return count == 4;
    }

    /// <summary>Takes <c>/24</c>, <c>//64</c> or <c>/24//64</c> off the end. A slash before them belongs to the domain, where macros may bring one.</summary>
    private static bool TryCutPrefixes(ref ReadOnlySpan<char> argument, out int prefix4, out int prefix6)
    {
        (prefix4, prefix6) = (Bits4, Bits6);
        if (CutDigits(argument) is { IsEmpty: false } last)
        {
            ReadOnlySpan<char> before = argument[..^(last.Length + 1)];
            if (before is [.., '/'])
            {
                if (!TryReadPrefix(last, Bits6, out prefix6))
                {
                    return false;
                }

                argument = before[..^1];
                last = CutDigits(argument);
                if (last.IsEmpty)
                {
                    return true;
                }

                before = argument[..^(last.Length + 1)];
            }

            if (!TryReadPrefix(last, Bits4, out prefix4))
            {
                return false;
            }

            argument = before;
        }

        return true;
    }

    /// <summary>The digits behind a final slash; empty where there is none.</summary>
    private static ReadOnlySpan<char> CutDigits(ReadOnlySpan<char> text)
    {
        int digits = text.Length - 1 - text.LastIndexOfAnyExceptInRange('0', '9');
        return digits > 0 && digits < text.Length && text[^(digits + 1)] == '/' ? text[^digits..] : default;
    }

    /// <summary>A number without leading zeros.</summary>
    private static bool TryReadPrefix(ReadOnlySpan<char> text, int most, out int prefix)
    {
        prefix = 0;
        return text.Length is > 0 and <= 3
            && !text.ContainsAnyExceptInRange('0', '9')
            && (text.Length == 1 || text[0] != '0')
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out prefix)
            && prefix <= most;
    }
}
