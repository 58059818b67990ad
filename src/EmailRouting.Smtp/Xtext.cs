using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace EmailRouting.Smtp;

/// <summary>The encoding of ENVID and ORCPT (RFC 3461 §4): printable ASCII, where <c>+2B</c> stands for a plus.</summary>
internal static class Xtext
{
    /// <summary>Undoes the encoding. What comes out is printable ASCII: RFC 3461 §4.4 and §4.2 let nothing else in.</summary>
    public static bool TryDecode(ReadOnlySpan<char> xtext, [NotNullWhen(true)] out string? text)
    {
        text = null;
        var decoded = new StringBuilder(xtext.Length);
        for (int i = 0; i < xtext.Length; i++)
        {
            char c = xtext[i];
            if (c is < '!' or > '~' or '=')
            {
                return false;
            }

            if (c == '+')
            {
                if (i + 2 >= xtext.Length || !IsHex(xtext[i + 1]) || !IsHex(xtext[i + 2]))
                {
                    return false;
                }

                c = (char)byte.Parse(xtext.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                i += 2;
                if (c is < ' ' or > '~')
                {
                    return false;
                }
            }

            decoded.Append(c);
        }

        text = decoded.ToString();
        return true;
    }

    /// <exception cref="ArgumentException">The text is not printable ASCII.</exception>
    public static string Encode(string text)
    {
        var xtext = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            _ = c switch
            {
                < ' ' or > '~' => throw new ArgumentException("Only printable ASCII has an xtext.", nameof(text)),
                ' ' or '+' or '=' => xtext.Append(CultureInfo.InvariantCulture, $"+{(int)c:X2}"),
                _ => xtext.Append(c),
            };
        }

        return xtext.ToString();
    }

    // hexchar of RFC 3461 §4 is upper case; lower case is written by real clients and can mean nothing else.
    private static bool IsHex(char c) => char.IsAsciiHexDigit(c);
}
