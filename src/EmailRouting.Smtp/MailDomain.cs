using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EmailRouting.Smtp;

/// <summary>The grammar right of the @: <c>Domain / address-literal</c> (RFC 5321 §4.1.2 and §4.1.3) with U-labels (RFC 6531 §3.3).</summary>
/// <remarks>Underscores are taken in labels, against the letter of the grammar: host names have them, and hosts write mail under their names.</remarks>
internal static class MailDomain
{
    // RFC 5321 §4.5.3.1.2 and RFC 1035 §2.3.4.
    private const int MaxLength = 255;
    private const int MaxLabel = 63;

    private static readonly SearchValues<char> IPv6Characters = SearchValues.Create("0123456789abcdefABCDEF:.");

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>Reads a domain or a literal into the form that compares: lower-case A-labels, or the literal's shortest spelling.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, [NotNullWhen(true)] out string? domain) => text switch
    {
        ['[', .., ']'] => TryReadLiteral(text[1..^1], out domain),
        _ when Ascii.IsValid(text) => TryReadName(text, out domain),
        _ => TryReadIdn(text, out domain),
    };

    private static bool TryReadName(ReadOnlySpan<char> text, [NotNullWhen(true)] out string? domain)
    {
        domain = null;
        if (text.Length > MaxLength)
        {
            return false;
        }

        bool isLower = true;
        int label = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || text[i] == '.')
            {
                int length = i - label;
                if (length is 0 or > MaxLabel || text[label] == '-' || text[i - 1] == '-')
                {
                    return false;
                }

                label = i + 1;
            }
            else if (char.IsAsciiLetterUpper(text[i]))
            {
                isLower = false;
            }
            else if (!char.IsAsciiLetterOrDigit(text[i]) && text[i] is not ('-' or '_'))
            {
                return false;
            }
        }

        domain = isLower ? text.ToString() : text.ToString().ToLowerInvariant();
        return true;
    }

    private static bool TryReadIdn(ReadOnlySpan<char> text, [NotNullWhen(true)] out string? domain)
    {
        try
        {
            return TryReadName(Idn.GetAscii(text.ToString()), out domain);
        }
        catch (ArgumentException)
        {
            // IdnMapping has no other way to say no.
            domain = null;
            return false;
        }
    }

    private static bool TryReadLiteral(ReadOnlySpan<char> text, [NotNullWhen(true)] out string? domain)
    {
        domain = null;
        int colon = text.IndexOf(':');
        if (colon < 0)
        {
            domain = IsIPv4(text, out string? address) ? $"[{address}]" : null;
        }
        else if (text[..colon].Equals("IPv6", StringComparison.OrdinalIgnoreCase))
        {
            domain = IsIPv6(text[(colon + 1)..], out IPAddress? address) ? $"[ipv6:{address}]" : null;
        }
        else if (IsStandardizedTag(text[..colon]) && IsDcontent(text[(colon + 1)..]))
        {
            domain = $"[{text.ToString().ToLowerInvariant()}]";
        }

        return domain is not null;
    }

    /// <summary>Four times <c>Snum</c>, one to three digits that are decimal even behind a leading zero.</summary>
    private static bool IsIPv4(ReadOnlySpan<char> text, [NotNullWhen(true)] out string? address)
    {
        address = null;
        Span<byte> octets = stackalloc byte[4];
        int count = 0;
        foreach (Range part in text.Split('.'))
        {
            ReadOnlySpan<char> number = text[part];

            // byte.TryParse passes over NULs at the end of a number, so the digits are looked at first.
            if (count == 4
                || number.Length > 3
                || number.ContainsAnyExceptInRange('0', '9')
                || !byte.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out octets[count]))
            {
                return false;
            }

            count++;
        }

        if (count != 4)
        {
            return false;
        }

        address = new IPAddress(octets).ToString();
        return true;
    }

    private static bool IsIPv6(ReadOnlySpan<char> text, [NotNullWhen(true)] out IPAddress? address)
    {
        address = null;

        // IPAddress also takes scopes, ports and brackets, which are none of this grammar's business.
        return !text.ContainsAnyExcept(IPv6Characters)
            && IPAddress.TryParse(text, out address)
            && address.AddressFamily == AddressFamily.InterNetworkV6;
    }

    private static bool IsStandardizedTag(ReadOnlySpan<char> tag)
    {
        foreach (char c in tag)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-')
            {
                return false;
            }
        }

        return tag is [.., not '-'];
    }

    /// <remarks>The angle brackets that dcontent allows are left out: a path that holds them has no certain end, and no literal of a standard does.</remarks>
    private static bool IsDcontent(ReadOnlySpan<char> content)
    {
        foreach (char c in content)
        {
            if (c is < '!' or > '~' or '[' or '\\' or ']' or '<' or '>')
            {
                return false;
            }
        }

        return content.Length > 0;
    }
}
