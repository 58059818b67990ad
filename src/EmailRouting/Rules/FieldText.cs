using EmailRouting.Smtp;

namespace EmailRouting.Rules;

/// <summary>Which texts a field may hold: what is stored is shown on pages, in logs and to programs, for years.</summary>
internal static class FieldText
{
    private const int MaxQuoted = 80;

    /// <summary>One line: no control characters, none that end a line or turn the reading order around, nothing that is no Unicode.</summary>
    public static bool IsLine(string text) => ReferenceEquals(Printable.Line(text), text) && IsUnicode(text);

    /// <summary>The same, but lines may end.</summary>
    public static bool IsLines(string text)
    {
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            if (!IsLine(line.ToString()))
            {
                return false;
            }
        }

        return !text.AsSpan().ContainsAny("\f\u0085\u2028\u2029");
    }

    /// <summary>For a sentence: what was written, fit to be shown and not longer than a sentence can bear.</summary>
    public static string Quoted(string value) =>
        value.Length <= MaxQuoted ? $"'{Printable.Line(value)}'" : $"'{Printable.Line(value[..MaxQuoted])}…' ({value.Length} characters)";

    private static bool IsUnicode(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            // The last two of the plane are noncharacters, which cannot be normalised.
            if (text[i] >= '\uFFFE')
            {
                return false;
            }

            if (char.IsSurrogate(text[i]) && (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[++i])))
            {
                return false;
            }
        }

        return true;
    }
}
