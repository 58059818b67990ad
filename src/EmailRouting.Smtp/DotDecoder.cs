using System.Buffers;

namespace EmailRouting.Smtp;

/// <summary>Undoes the dot-stuffing of DATA (RFC 5321 §4.5.2) and finds the end of the message, however the input is cut.</summary>
/// <remarks>
/// Only CR LF ends a line. A bare CR, a bare LF or a NUL makes the message <see cref="IsMalformed"/>, yet it is read on to its true
/// end: to stop early would run the rest of the message as commands, and that is what an SMTP smuggler wants.
/// One decoder reads one message.
/// </remarks>
public struct DotDecoder
{
    private At _at;
    private long _line;
    private long _longestLine;

    private enum At : byte
    {
        LineStart,
        Text,
        Cr,
        Dot,
        DotCr,
    }

    /// <summary>A bare CR, a bare LF or a NUL was seen.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Octets of the longest line so far, its CR LF not counted.</summary>
    public readonly long LongestLine => Math.Max(_line, _longestLine);

    /// <returns>True when the message ended; <paramref name="consumed"/> bytes of the input belonged to it.</returns>
    public bool Decode(ReadOnlySpan<byte> input, IBufferWriter<byte> output, out int consumed)
    {
        // input[copied..i] is read and not yet written: a run goes on over line ends, and only a dot at the start of a line breaks it.
        int copied = 0;
        int i = 0;
        while (i < input.Length)
        {
            switch (_at)
            {
                case At.LineStart when input[i] == '.':
                    output.Write(input[copied..i]);
                    copied = ++i;
                    _at = At.Dot;
                    break;

                case At.LineStart:
                    _at = At.Text;
                    break;

                case At.Text:
                    i = ReadText(input, i);
                    break;

                case At.Cr when input[i] == '\n':
                    i++;
                    EndLine();
                    break;

                case At.Cr:
                    CountBareCr();
                    break;

                case At.Dot when input[i] == '\r':
                    i++;
                    _at = At.DotCr;
                    break;

                case At.Dot:
                    _at = At.Text;
                    break;

                case At.DotCr when input[i] == '\n':
                    consumed = i + 1;
                    return true;

                case At.DotCr:
                    // The CR was held back, for it might have belonged to the end. One of this input is still in front of us to copy.
                    if (i == 0)
                    {
                        output.Write("\r"u8);
                    }

                    CountBareCr();
                    break;
            }
        }

        if (_at != At.DotCr)
        {
            output.Write(input[copied..]);
        }

        consumed = input.Length;
        return false;
    }

    /// <summary>Reads on to the CR that may end the line, or to the end of the input.</summary>
    private int ReadText(ReadOnlySpan<byte> input, int i)
    {
        int length = input[i..].IndexOfAny((byte)'\r', (byte)'\n', (byte)'\0');
        if (length < 0)
        {
            _line += input.Length - i;
            return input.Length;
        }

        _line += length;
        if (input[i + length] == '\r')
        {
            _at = At.Cr;
        }
        else
        {
            IsMalformed = true;
            _line++;
        }

        return i + length + 1;
    }

    private void EndLine()
    {
        _longestLine = Math.Max(_line, _longestLine);
        _line = 0;
        _at = At.LineStart;
    }

    private void CountBareCr()
    {
        IsMalformed = true;
        _line++;
        _at = At.Text;
    }
}
