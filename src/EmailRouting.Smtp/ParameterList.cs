namespace EmailRouting.Smtp;

/// <summary>Walks over <c>esmtp-param *(SP esmtp-param)</c> (RFC 5321 §4.1.2): <c>keyword</c> or <c>keyword=value</c>, one at a time.</summary>
internal ref struct ParameterList(ReadOnlySpan<char> text)
{
    private ReadOnlySpan<char> _rest = text;

    public ReadOnlySpan<char> Keyword { get; private set; }

    /// <summary>Empty where the parameter has none; the grammar knows no empty value.</summary>
    public ReadOnlySpan<char> Value { get; private set; }

    /// <summary>False at the end; the keyword is empty where what stands there is no parameter.</summary>
    public bool MoveNext()
    {
        _rest = _rest.TrimStart(" \t");
        if (_rest.IsEmpty)
        {
            return false;
        }

        int end = _rest.IndexOfAny(' ', '\t');
        ReadOnlySpan<char> parameter = end < 0 ? _rest : _rest[..end];
        _rest = _rest[parameter.Length..];

        int equals = parameter.IndexOf('=');
        ReadOnlySpan<char> keyword = equals < 0 ? parameter : parameter[..equals];
        Value = equals < 0 ? [] : parameter[(equals + 1)..];
        Keyword = IsKeyword(keyword) && (equals < 0 || Value.Length > 0) ? keyword : [];
        return true;
    }

    public readonly bool Is(string keyword) => Keyword.Equals(keyword, StringComparison.OrdinalIgnoreCase);

    public readonly bool ValueIs(string value) => Value.Equals(value, StringComparison.OrdinalIgnoreCase);

    private static bool IsKeyword(ReadOnlySpan<char> keyword)
    {
        foreach (char c in keyword)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-')
            {
                return false;
            }
        }

        return keyword is [not '-', ..];
    }
}
