using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EmailRouting.Smtp;

/// <summary>The grammar left of the @: <c>Dot-string / Quoted-string</c> (RFC 5321 §4.1.2) with UTF8-non-ascii (RFC 6531 §3.3).</summary>
/// <remarks>
/// More than the grammar is taken in one place: dots may follow each other and stand last (<c>a..b@</c>, <c>a.@</c>). Japanese
/// carriers gave out such addresses for years, they write and are written to, and nothing else can be meant.
/// </remarks>
internal static class LocalPart
{
    private static readonly SearchValues<char> AtextAndDot =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~.");

    /// <summary>How many characters at the front of the text are a local part; negative where none is.</summary>
    public static int Length(ReadOnlySpan<char> text) => text switch
    {
        [] or ['.', ..] => -1,
        ['"', ..] => LengthOfQuoted(text),
        _ => LengthOfDotString(text),
    };

    /// <summary>What a local part means: quoting undone, NFC.</summary>
    public static bool TryRead(ReadOnlySpan<char> written, [NotNullWhen(true)] out string? meaning)
    {
        string unquoted = written is ['"', ..] ? Unquote(written[1..^1]) : written.ToString();
        meaning = Ascii.IsValid(unquoted) ? unquoted : Normalize(unquoted);
        return meaning is not null;
    }

    private static int LengthOfDotString(ReadOnlySpan<char> text)
    {
        int i = 0;
        while (true)
        {
            int length = text[i..].IndexOfAnyExcept(AtextAndDot);
            if (length < 0)
            {
                return text.Length;
            }

            i += length;
            if (!IsUtf8NonAscii(text[i]))
            {
                return i == 0 ? -1 : i;
            }

            i++;
        }
    }

    private static int LengthOfQuoted(ReadOnlySpan<char> text)
    {
        for (int i = 1; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"':
                    return i + 1;

                // quoted-pairSMTP escapes printable ASCII only.
                case '\\' when i + 1 < text.Length && text[i + 1] is >= ' ' and <= '~':
                    i++;
                    break;

                case '\\' or < ' ' or '\x7F':
                    return -1;

                case > '\x7F' and char c when !IsUtf8NonAscii(c):
                    return -1;
            }
        }

        return -1;
    }

    /// <remarks>Control characters, white space and characters that turn the reading order around are no part of any mailbox's name.</remarks>
    private static bool IsUtf8NonAscii(char c) => c > '\x7F' && !Printable.IsUnprintable(c) && !char.IsWhiteSpace(c);

    private static string Unquote(ReadOnlySpan<char> quoted)
    {
        if (!quoted.Contains('\\'))
        {
            return quoted.ToString();
        }

        var unquoted = new StringBuilder(quoted.Length);
        for (int i = 0; i < quoted.Length; i++)
        {
            if (quoted[i] == '\\')
            {
                i++;
            }

            unquoted.Append(quoted[i]);
        }

        return unquoted.ToString();
    }

    /// <summary>Null where the text is no Unicode: half a surrogate pair, or a noncharacter, which Normalize would throw at.</summary>
    private static string? Normalize(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] >= '\uFFFE')
            {
                return null;
            }

            if (char.IsSurrogate(text[i]))
            {
                if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                {
                    return null;
                }

                i++;
            }
        }

        return text.Normalize(NormalizationForm.FormC);
    }
}
