namespace EmailRouting.Smtp;

/// <summary>The <c>Reverse-path</c> and <c>Forward-path</c> of MAIL and RCPT (RFC 5321 §4.1.2).</summary>
/// <remarks>
/// Two things that clients write are taken though no grammar has them: a path without angle brackets, which ends at the first white
/// space, and white space just inside them. Neither leaves a doubt about the address.
/// </remarks>
internal static class MailPath
{
    /// <summary>Splits an argument into the mailbox, brackets and source route taken off, and the parameters behind it.</summary>
    /// <param name="argument">What follows <c>FROM:</c> or <c>TO:</c>.</param>
    /// <param name="mailbox">Empty for <c>&lt;&gt;</c>, and only for it.</param>
    /// <param name="parameters">What stands behind the path, from its first white space on.</param>
    public static bool TrySplit(ReadOnlySpan<char> argument, out ReadOnlySpan<char> mailbox, out ReadOnlySpan<char> parameters)
    {
        bool isBracketed = argument is ['<', ..];
        int start = isBracketed ? 1 : 0;
        int length = LengthTo(isBracketed ? ">" : " \t", argument[start..]);

        if (isBracketed ? length < 0 : argument.IsEmpty)
        {
            mailbox = parameters = default;
            return false;
        }

        int end = length < 0 ? argument.Length : start + length;
        parameters = isBracketed ? argument[(end + 1)..] : argument[end..];
        mailbox = argument[start..end].Trim(" \t");

        return parameters is [] or [' ' or '\t', ..] && TryStripSourceRoute(ref mailbox);
    }

    /// <summary>How far it is to one of the ends, those in a quoted string passed over.</summary>
    private static int LengthTo(ReadOnlySpan<char> ends, ReadOnlySpan<char> text)
    {
        bool isQuoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (isQuoted)
            {
                i += text[i] == '\\' ? 1 : 0;
            }
            else if (ends.Contains(text[i]))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary><c>@one,@two:user@domain</c> is <c>user@domain</c>: servers must take a source route and ignore it (RFC 5321 §4.1.1.3, appendix C).</summary>
    private static bool TryStripSourceRoute(ref ReadOnlySpan<char> mailbox)
    {
        while (mailbox is ['@', ..])
        {
            int host = mailbox is ['@', '[', ..] ? mailbox.IndexOf(']') + 1 : mailbox.IndexOfAny(',', ':');
            if (host <= 0 || host >= mailbox.Length || mailbox[host] is not (',' or ':') || !MailDomain.TryRead(mailbox[1..host], out _))
            {
                return false;
            }

            bool isLast = mailbox[host] == ':';
            mailbox = mailbox[(host + 1)..];

            // A route leads to a mailbox, not to nobody: <@one.example:> is no null path.
            if (mailbox.IsEmpty || isLast != mailbox is not ['@', ..])
            {
                return false;
            }
        }

        return true;
    }
}
