using System.Text;

namespace EmailRouting.MailAuth.Trace;

/// <summary>Text of strangers, made fit to stand in a field of ours: ASCII, one line, bounded, and nothing that ends what it stands in.</summary>
internal static class TraceText
{
    private const int LongestValue = 320;

    /// <summary>A <c>value</c> of RFC 2045 or RFC 8601 §2.2: as it is where it is a token or an address of tokens, else quoted.</summary>
    public static string Value(string text)
    {
        string clean = Clean(text, LongestValue);
        return clean.Length > 0 && clean.All(static c => IsToken(c) || c == '@') && clean.Count(static c => c == '@') < 2 ? clean : Quote(clean);
    }

    public static string Quote(string text) =>
        $"\"{Clean(text, LongestValue).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>For a place where only names and addresses stand: everything else becomes a question mark.</summary>
    public static string Name(string text)
    {
        string clean = Clean(text, LongestValue);
        return clean.Length == 0 ? "unknown" : string.Concat(clean.Select(static c => IsToken(c) || c is ':' or '[' or ']' ? c : '?'));
    }

    // Length first: a megabyte is cut before it is looked through.
    private static string Clean(string text, int longest)
    {
        var clean = new StringBuilder(Math.Min(text.Length, longest));
        foreach (char c in text.AsSpan(0, Math.Min(text.Length, longest)))
        {
            clean.Append(c is >= ' ' and <= '~' ? c : '?');
        }

        return clean.ToString();
    }

    // RFC 2045 §5.1.
    private static bool IsToken(char c) => c is > ' ' and <= '~' and not ('(' or ')' or '<' or '>' or '@' or ',' or ';' or ':' or '\\' or '"' or '/' or '[' or ']' or '?' or '=');
}
