using System.Text;

namespace EmailRouting.MailAuth.Arc;

/// <summary>What an <c>ARC-Authentication-Results</c> field says of the message as that handler got it (RFC 8617 §4.1.1, RFC 8601 §2.2).</summary>
internal static class SealedResults
{
    /// <summary>Whether its first result for DMARC is a pass. Total; what stands in quotes and comments is a stranger's and says nothing.</summary>
    /// <param name="value">Behind the colon, folded as it came.</param>
    public static bool SayDmarcPassed(ReadOnlySpan<byte> value)
    {
        foreach (string result in Bare(value).Split(';'))
        {
            string[] method = result.Split('=', 2);
            if (method.Length == 2 && method[0].Split('/')[0].Trim().Equals("dmarc", StringComparison.OrdinalIgnoreCase))
            {
                return method[1].TrimStart().Split(' ')[0].Equals("pass", StringComparison.OrdinalIgnoreCase);
            }
        }

        return false;
    }

    private static string Bare(ReadOnlySpan<byte> value)
    {
        var bare = new StringBuilder(value.Length);
        bool isQuoted = false;
        int comments = 0;
        for (int i = 0; i < value.Length; i++)
        {
            char c = (char)value[i];
            switch (c)
            {
                case '\\' when isQuoted || comments > 0:
                    i++;
                    break;
                case '"' when comments == 0:
                    isQuoted = !isQuoted;
                    break;
                case '(' when !isQuoted:
                    comments++;
                    break;
                case ')' when !isQuoted && comments > 0:
                    comments--;
                    bare.Append(' ');
                    break;
                default:
                    if (!isQuoted && comments == 0)
                    {
                        bare.Append(c is '\r' or '\n' or '\t' ? ' ' : c);
                    }

                    break;
            }
        }

        return bare.ToString();
    }
}
