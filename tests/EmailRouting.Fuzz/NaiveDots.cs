namespace EmailRouting.Fuzz;

/// <summary>The rules of DATA written down the plain way, over a whole message: what <c>DotDecoder</c> is held against.</summary>
public sealed record NaiveDots(int Consumed, byte[] Message, bool IsMalformed, int LongestLine)
{
    /// <summary>Null where the end is not there.</summary>
    public static NaiveDots? Decode(byte[] wire)
    {
        // The command's own CR LF stands before the first line, so a dot line may come at once.
        byte[] lines = [.. "\r\n"u8, .. wire];
        int end = lines.AsSpan().IndexOf("\r\n.\r\n"u8);
        if (end < 0)
        {
            return null;
        }

        byte[] stuffed = end == 0 ? [] : lines[2..(end + 2)];
        var message = new List<byte>();
        bool isMalformed = false;
        int line = 0;
        int longest = 0;
        for (int i = 0; i < stuffed.Length; i++)
        {
            bool startsLine = i == 0 || (i >= 2 && stuffed[i - 2] == '\r' && stuffed[i - 1] == '\n');
            line = startsLine ? 0 : line;
            if (startsLine && stuffed[i] == '.')
            {
                continue;
            }

            message.Add(stuffed[i]);
            bool isCrOfEnd = stuffed[i] == '\r' && i + 1 < stuffed.Length && stuffed[i + 1] == '\n';
            bool isLfOfEnd = stuffed[i] == '\n' && i > 0 && stuffed[i - 1] == '\r';
            isMalformed |= stuffed[i] == 0 || (stuffed[i] == '\r' && !isCrOfEnd) || (stuffed[i] == '\n' && !isLfOfEnd);
            line += isCrOfEnd || isLfOfEnd ? 0 : 1;
            longest = Math.Max(longest, line);
        }

        return new NaiveDots(end + 3, [.. message], isMalformed, longest);
    }
}
