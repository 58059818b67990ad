using System.Buffers;

namespace EmailRouting.Smtp;

/// <summary>Reads replies of a remote host (RFC 5321 §4.2): several lines make one reply.</summary>
/// <remarks>
/// Lenient where the meaning is plain: a line may end in a bare LF, be a code and nothing more, or have another sign than a space
/// behind its code. Where the lines of a reply disagree the last one counts, for that is the one a client acts on.
/// </remarks>
public static class ReplyParser
{
    /// <summary>A reply line is short; one longer than this, or a reply of more than <see cref="MaxLines"/> lines, is not SMTP.</summary>
    public const int MaxLine = 4096;

    public const int MaxLines = 128;

    /// <summary>Takes one whole reply from the front of the buffer.</summary>
    /// <returns>
    /// <see cref="ReplyRead.Complete"/> with the reply, and <paramref name="buffer"/> moved past it; <see cref="ReplyRead.Partial"/> when more bytes are
    /// needed; <see cref="ReplyRead.Broken"/> when this is not SMTP and never will be.
    /// </returns>
    public static ReplyRead TryRead(ref ReadOnlySequence<byte> buffer, out SmtpReply? reply)
    {
        reply = null;
        List<string>? earlier = null;
        var reader = new SequenceReader<byte>(buffer);

        while (reader.TryReadTo(out ReadOnlySequence<byte> sequence, (byte)'\n'))
        {
            if (sequence.Length > MaxLine || earlier?.Count == MaxLines)
            {
                return ReplyRead.Broken;
            }

            ReadOnlySpan<byte> line = sequence.IsSingleSegment ? sequence.FirstSpan : sequence.ToArray();
            line = line is [.., (byte)'\r'] ? line[..^1] : line;
            if (!TryReadCode(line, out int code))
            {
                return ReplyRead.Broken;
            }

            string text = WireText.Read(line.Length > 4 ? line[4..] : []);
            if (line is [_, _, _, (byte)'-', ..])
            {
                (earlier ??= []).Add(text);
                continue;
            }

            reply = earlier is null ? Make(code, [text]) : Make(code, [.. earlier, text]);
            buffer = buffer.Slice(reader.Position);
            return ReplyRead.Complete;
        }

        return reader.Remaining > MaxLine ? ReplyRead.Broken : ReplyRead.Partial;
    }

    private static bool TryReadCode(ReadOnlySpan<byte> line, out int code)
    {
        code = 0;
        if (line is not [>= (byte)'2' and <= (byte)'5', >= (byte)'0' and <= (byte)'9', >= (byte)'0' and <= (byte)'9', ..]
            || (line.Length > 3 && char.IsAsciiDigit((char)line[3])))
        {
            return false;
        }

        code = ((line[0] - '0') * 100) + ((line[1] - '0') * 10) + line[2] - '0';
        return true;
    }

    /// <summary>Takes the enhanced status code off the lines that have it (RFC 2034 §4); the last line says which one it is.</summary>
    private static SmtpReply Make(int code, Span<string> lines)
    {
        string status = string.Empty;
        for (int i = lines.Length - 1; i >= 0; i--)
        {
            ReadOnlySpan<char> line = lines[i];
            int length = EnhancedStatus.Length(line, code / 100);
            if (length == 0)
            {
                continue;
            }

            if (status.Length == 0)
            {
                status = line[..length].ToString();
            }

            lines[i] = line[length..].TrimStart().ToString();
        }

        return new SmtpReply(code, status, lines);
    }
}
