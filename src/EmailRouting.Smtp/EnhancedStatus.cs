namespace EmailRouting.Smtp;

/// <summary>The enhanced status code at the front of a reply's text: <c>class.subject.detail</c> (RFC 3463 §2).</summary>
internal static class EnhancedStatus
{
    /// <summary>How long the code is; 0 where the text begins with none, or with one of another class than the reply's.</summary>
    public static int Length(ReadOnlySpan<char> text, int replyClass)
    {
        if (text is not [char first, '.', ..] || first - '0' != replyClass || replyClass is not (2 or 4 or 5))
        {
            return 0;
        }

        int length = 2;
        int subject = Digits(text[length..]);
        length += subject;
        if (subject is 0 or > 3 || length == text.Length || text[length] != '.')
        {
            return 0;
        }

        int detail = Digits(text[++length..]);
        length += detail;
        return detail is 0 or > 3 || (length < text.Length && text[length] != ' ') ? 0 : length;
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        int length = text.IndexOfAnyExceptInRange('0', '9');
        return length < 0 ? text.Length : length;
    }
}
