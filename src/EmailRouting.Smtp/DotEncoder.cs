using System.Buffers;

namespace EmailRouting.Smtp;

/// <summary>Does the dot-stuffing of DATA (RFC 5321 §4.5.2), however the input is cut. One encoder writes one message.</summary>
public struct DotEncoder
{
    private At _at;

    private enum At : byte
    {
        LineStart,
        Text,
        Cr,
    }

    public void Encode(ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        if (input.IsEmpty)
        {
            return;
        }

        int written = 0;
        if (_at == At.LineStart && input[0] == '.')
        {
            output.Write("."u8);
        }
        else if (_at == At.Cr && input is [(byte)'\n', (byte)'.', ..])
        {
            // The cut went through the CR LF in front of the dot, so the search below cannot see it.
            output.Write("\n."u8);
            written = 1;
        }

        while (input[written..].IndexOf("\r\n."u8) is >= 0 and int dot)
        {
            int next = written + dot + 2;
            output.Write(input[written..next]);
            output.Write("."u8);
            written = next;
        }

        output.Write(input[written..]);
        _at = input switch
        {
            [.., (byte)'\r'] => At.Cr,
            [.., (byte)'\r', (byte)'\n'] => At.LineStart,
            [(byte)'\n'] when _at == At.Cr => At.LineStart,
            _ => At.Text,
        };
    }

    /// <summary>Writes the end of the message: the dot line, and before it the CR LF that a message without a final one lacks.</summary>
    public readonly void Finish(IBufferWriter<byte> output) => output.Write(_at == At.LineStart ? ".\r\n"u8 : "\r\n.\r\n"u8);
}
