namespace EmailRouting.MailAuth.Spf;

/// <summary>A part of a <see cref="MacroString"/>: words, or one macro with what is done to its value (RFC 7208 §7.1).</summary>
internal readonly record struct MacroPiece
{
    private readonly string _textOrDelimiters;
    private readonly int _parts;
    private readonly bool _isReversed;

    private MacroPiece(char letter, int parts, bool isReversed, string textOrDelimiters) =>
        (Letter, _parts, _isReversed, _textOrDelimiters) = (letter, parts, isReversed, textOrDelimiters);

    /// <summary>NUL where it is words. A capital wants its value escaped for a URL (§7.3).</summary>
    public char Letter { get; }

    public static MacroPiece OfText(string text) => new('\0', 0, isReversed: false, text);

    /// <param name="letter">Of either case.</param>
    /// <param name="parts">How many to keep, from the right, after they have been turned round.</param>
    /// <param name="isReversed">The parts in the opposite order.</param>
    /// <param name="delimiters">Each of these characters parts the value; a dot joins the parts again.</param>
    public static MacroPiece OfMacro(char letter, int parts, bool isReversed, string delimiters) => new(letter, parts, isReversed, delimiters);

    public string Expand(MacroValues values)
    {
        if (Letter == '\0')
        {
            return _textOrDelimiters;
        }

        string value = values.Of(char.ToLowerInvariant(Letter));
        if (_isReversed || _parts != int.MaxValue || _textOrDelimiters != ".")
        {
            string[] parts = value.Split(_textOrDelimiters.ToCharArray());
            if (_isReversed)
            {
                Array.Reverse(parts);
            }

            value = string.Join('.', parts.AsSpan(Math.Max(parts.Length - _parts, 0))!);
        }

        return char.IsAsciiLetterUpper(Letter) ? Uri.EscapeDataString(value) : value;
    }
}
