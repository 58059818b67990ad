using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EmailRouting.MailAuth.Spf;

/// <summary>A text with macros in it (RFC 7208 §7): read once, expanded for each message.</summary>
public sealed class MacroString
{
    // §7.3: what is longer than a name can be loses labels on its left.
    private const int MaxDomain = 253;

    private const string Letters = "slodiphcrtv";
    private const string LettersOfExplanations = "crt";

    private static readonly SearchValues<char> Delimiters = SearchValues.Create(".-+,/_=");

    private readonly ImmutableArray<MacroPiece> _pieces;

    private MacroString(string text, ImmutableArray<MacroPiece> pieces) => (Text, _pieces) = (text, pieces);

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>Whether the name of the client (<c>%{p}</c>) is needed, which costs a look at the reverse zone.</summary>
    public bool NeedsClientName => _pieces.Any(static piece => char.ToLowerInvariant(piece.Letter) == 'p');

    /// <summary>The value of a modifier that nobody knows: <c>macro-string</c>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out MacroString? macros) =>
        TryRead(text, isSpaceAllowed: false, out macros, out _);

    /// <summary>A text for people: spaces, and the letters that only it may have.</summary>
    public static bool TryParseExplanation(ReadOnlySpan<char> text, [NotNullWhen(true)] out MacroString? macros) =>
        TryRead(text, isSpaceAllowed: true, out macros, out _);

    /// <summary><c>domain-spec</c>: it ends in a macro, or in a dot and a label that can be the last of a name.</summary>
    public static bool TryParseDomain(ReadOnlySpan<char> text, [NotNullWhen(true)] out MacroString? macros)
    {
        if (!TryRead(text, isSpaceAllowed: false, out macros, out int endOfMacros)
            || macros._pieces.Any(static piece => LettersOfExplanations.Contains(char.ToLowerInvariant(piece.Letter), StringComparison.Ordinal)))
        {
            macros = null;
            return false;
        }

        ReadOnlySpan<char> tail = text[endOfMacros..];
        bool isDomain = tail.IsEmpty
            ? !text.IsEmpty
            : (tail[^1] == '.' ? tail[..^1] : tail) is var name && name.LastIndexOf('.') is var dot and >= 0 && IsTopLabel(name[(dot + 1)..]);
        if (!isDomain)
        {
            macros = null;
        }

        return isDomain;
    }

    /// <summary>The text with its values in place, cut off where it has grown to <paramref name="most"/>.</summary>
    internal string Expand(MacroValues values, int most)
    {
        var text = new StringBuilder();
        foreach (MacroPiece piece in _pieces)
        {
            text.Append(piece.Expand(values));
            if (text.Length >= most)
            {
                text.Length = most;
                break;
            }
        }

        return text.ToString();
    }

    /// <summary>The name to ask for: without a final dot, and of its labels as many as a name can have, from the right.</summary>
    internal string ExpandDomain(MacroValues values)
    {
        string domain = _pieces is [var only] ? only.Expand(values) : string.Empty;
        if (_pieces.Length > 1)
        {
            // From the right, so that a record that is all macros costs no more than the name that is left of it.
            for (int i = _pieces.Length - 1; i >= 0 && domain.Length <= MaxDomain + 1; i--)
            {
                domain = _pieces[i].Expand(values) + domain;
            }
        }

        domain = domain.EndsWith('.') ? domain[..^1] : domain;
        while (domain.Length > MaxDomain && domain.IndexOf('.') is var dot and >= 0)
        {
            // At once to the last dot that is too far left, then on.
            int last = domain.AsSpan(0, domain.Length - MaxDomain).LastIndexOf('.');
            domain = domain[(Math.Max(dot, last) + 1)..];
        }

        return domain;
    }

    private static bool TryRead(ReadOnlySpan<char> text, bool isSpaceAllowed, [NotNullWhen(true)] out MacroString? macros, out int endOfMacros)
    {
        (macros, endOfMacros) = (null, 0);
        ImmutableArray<MacroPiece>.Builder pieces = ImmutableArray.CreateBuilder<MacroPiece>();
        for (int i = 0; i < text.Length;)
        {
            if (text[i] != '%')
            {
                int length = text[i..].IndexOf('%') is var end and >= 0 ? end : text.Length - i;
                ReadOnlySpan<char> literal = text.Slice(i, length);
                if (literal.ContainsAnyExceptInRange(isSpaceAllowed ? ' ' : '!', '~'))
                {
                    return false;
                }

                pieces.Add(MacroPiece.OfText(literal.ToString()));
                i += length;
                continue;
            }

            switch (i + 1 < text.Length ? text[i + 1] : '\0')
            {
                case '%':
                    pieces.Add(MacroPiece.OfText("%"));
                    i += 2;
                    break;
                case '_':
                    pieces.Add(MacroPiece.OfText(" "));
                    i += 2;
                    break;
                case '-':
                    pieces.Add(MacroPiece.OfText("%20"));
                    i += 2;
                    break;
                case '{':
                    int close = text[i..].IndexOf('}');
                    if (close < 0 || !TryReadMacro(text.Slice(i + 2, close - 2), out MacroPiece macro))
                    {
                        return false;
                    }

                    pieces.Add(macro);
                    i += close + 1;
                    break;
                default:
                    return false;
            }

            endOfMacros = i;
        }

        macros = new MacroString(text.ToString(), pieces.ToImmutable());
        return true;
    }

    /// <summary>What stands between the braces: a letter, how many parts, whether backwards, what parts them.</summary>
    private static bool TryReadMacro(ReadOnlySpan<char> text, out MacroPiece macro)
    {
        macro = default;
        if (text.IsEmpty || !Letters.Contains(char.ToLowerInvariant(text[0]), StringComparison.Ordinal))
        {
            return false;
        }

        int digits = text[1..].IndexOfAnyExceptInRange('0', '9') is var end and >= 0 ? end : text.Length - 1;
        ReadOnlySpan<char> number = text.Slice(1, digits).TrimStart('0');
        if (digits > 0 && number.IsEmpty)
        {
            // §7.1: no parts at all is nothing that anybody can mean.
            return false;
        }

        // More parts than a name has are all of them.
        int parts = digits == 0 || number.Length > 3 ? int.MaxValue : int.Parse(number, System.Globalization.CultureInfo.InvariantCulture);
        ReadOnlySpan<char> rest = text[(1 + digits)..];
        bool isReversed = rest is ['r' or 'R', ..];
        ReadOnlySpan<char> delimiters = isReversed ? rest[1..] : rest;
        if (delimiters.ContainsAnyExcept(Delimiters))
        {
            return false;
        }

        macro = MacroPiece.OfMacro(text[0], parts, isReversed, delimiters.IsEmpty ? "." : delimiters.ToString());
        return true;
    }

    private static bool IsTopLabel(ReadOnlySpan<char> label)
    {
        foreach (char c in label)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-')
            {
                return false;
            }
        }

        return label is [not '-', ..] and [.., not '-'] && label.ContainsAnyExceptInRange('0', '9');
    }
}
