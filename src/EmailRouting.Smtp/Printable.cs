namespace EmailRouting.Smtp;

/// <summary>Text from outside, made fit for a reply, a log line or a page: no control characters, no end of line.</summary>
public static class Printable
{
    /// <summary>The text with every control character, line separator and bidirectional override replaced by a question mark.</summary>
    public static string Line(string text)
    {
        foreach (char c in text)
        {
            if (IsUnprintable(c))
            {
                return string.Create(text.Length, text, static (line, source) =>
                {
                    for (int i = 0; i < line.Length; i++)
                    {
                        line[i] = IsUnprintable(source[i]) ? '?' : source[i];
                    }
                });
            }
        }

        return text;
    }

    // U+2028/2029 end a line in many viewers; U+202A-202E and U+2066-2069 turn the reading order around.
    internal static bool IsUnprintable(char c) =>
        char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
