using System.Buffers;

namespace EmailRouting.Smtp;

/// <summary>Takes command lines from the front of a buffer. Only CR LF ends one (RFC 5321 §2.3.8).</summary>
/// <remarks>
/// A bare CR or LF stays inside its line, and <see cref="SmtpCommand.Parse(in ReadOnlySequence{byte})"/> refuses it: a proxy in front of us that
/// takes a bare LF for a line end must not see other commands than we do.
/// </remarks>
public static class SmtpLine
{
    /// <summary>
    /// RFC 5321 §4.5.3.1.4 asks for 512 octets with the CR LF, and every extension adds to it: SIZE 26, BODY 17, DSN 600, SMTPUTF8 10.
    /// </summary>
    public const int MaxLength = 2048;

    // A line over the limit is skipped so that its sender can be told. What is skipped lies in the pipe until its end
    // is there: the bound must stay well below the pipe's own limit (64 KiB), or both sides would wait for ever.
    private const int EndlessFactor = 8;

    /// <param name="buffer">Moved past the line where there is one.</param>
    /// <param name="maxLength">Octets, the CR LF included.</param>
    /// <param name="line">The line without its CR LF; only set where the answer is <see cref="LineRead.Complete"/>.</param>
    public static LineRead TryRead(ref ReadOnlySequence<byte> buffer, int maxLength, out ReadOnlySequence<byte> line)
    {
        long length = LengthOfLine(buffer);
        if (length < 0)
        {
            line = default;
            return buffer.Length > (long)maxLength * EndlessFactor ? LineRead.Endless : LineRead.Partial;
        }

        bool fits = length + 2 <= maxLength;
        line = fits ? buffer.Slice(0, length) : default;
        buffer = buffer.Slice(length + 2);
        return fits ? LineRead.Complete : LineRead.TooLong;
    }

    private static long LengthOfLine(in ReadOnlySequence<byte> buffer)
    {
        if (buffer.IsSingleSegment)
        {
            return buffer.FirstSpan.IndexOf("\r\n"u8);
        }

        var reader = new SequenceReader<byte>(buffer);
        return reader.TryReadTo(out ReadOnlySequence<byte> line, "\r\n"u8) ? line.Length : -1;
    }
}
