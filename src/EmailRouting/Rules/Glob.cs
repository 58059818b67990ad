namespace EmailRouting.Rules;

/// <summary>A text with <c>*</c> for any number of characters and <c>?</c> for exactly one; compares without case.</summary>
internal sealed class Glob(string pattern)
{
    // Folded as OrdinalIgnoreCase does it, with which every address compares.
    private readonly string _pattern = pattern.ToUpperInvariant();

    /// <summary>Allocates nothing. Only the last asterisk is ever gone back to, so the work is bounded by the product of the two lengths.</summary>
    public bool IsMatch(ReadOnlySpan<char> text)
    {
        int at = 0, p = 0, asterisk = -1, resume = 0;
        while (at < text.Length)
        {
            if (p < _pattern.Length && _pattern[p] == '*')
            {
                asterisk = p++;
                resume = at;
            }
            else if (p < _pattern.Length && (_pattern[p] == '?' || _pattern[p] == char.ToUpperInvariant(text[at])))
            {
                p++;
                at++;
            }
            else if (asterisk >= 0)
            {
                p = asterisk + 1;
                at = ++resume;
            }
            else
            {
                return false;
            }
        }

        return !_pattern.AsSpan(p).ContainsAnyExcept('*');
    }
}
