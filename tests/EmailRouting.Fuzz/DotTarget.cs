using System.Buffers;
using EmailRouting.Smtp;

namespace EmailRouting.Fuzz;

/// <summary>Decoding does what the plain rules say, however the input is cut; encoding hides every dot line, and decoding undoes it.</summary>
public sealed class DotTarget : FuzzTarget
{
    public override string Name => "dot";

    public override void Run(byte[] input, Random random)
    {
        int first = random.Next(input.Length + 1);
        int second = random.Next(first, input.Length + 1);

        CheckDecoder(input, first, second);

        byte[] wire = Encode(input, first, second);
        NaiveDots sent = NaiveDots.Decode(wire) ?? throw new InvalidOperationException("What is encoded has no end");
        bool isWhole = input.Length == 0 || input.AsSpan().EndsWith("\r\n"u8);
        Require(sent.Consumed == wire.Length, "only Finish ends a message");
        Require(sent.Message.AsSpan().SequenceEqual(isWhole ? input : [.. input, .. "\r\n"u8]), "decoding undoes encoding");
    }

    public static void CheckDecoder(byte[] wire, int first, int second)
    {
        NaiveDots? expected = NaiveDots.Decode(wire);
        var decoder = default(DotDecoder);
        var output = new ArrayBufferWriter<byte>();
        int consumed = 0;
        bool ended = false;
        foreach (Range piece in new[] { ..first, first..second, second.. })
        {
            if (!ended)
            {
                ended = decoder.Decode(wire.AsSpan(piece), output, out int taken);
                consumed += taken;
            }
        }

        Require(ended == (expected is not null), "only CR LF dot CR LF ends a message");
        if (expected is not null)
        {
            Require(consumed == expected.Consumed, "nothing after the end is taken");
            Require(output.WrittenSpan.SequenceEqual(expected.Message), "every byte but the stuffing is the message's");
            Require(decoder.IsMalformed == expected.IsMalformed, "a bare CR, a bare LF and a NUL are seen");
            Require(decoder.LongestLine == expected.LongestLine, "the longest line is measured");
        }
    }

    public static byte[] Encode(byte[] message, int first, int second)
    {
        var encoder = default(DotEncoder);
        var output = new ArrayBufferWriter<byte>();
        encoder.Encode(message.AsSpan(..first), output);
        encoder.Encode(message.AsSpan(first..second), output);
        encoder.Encode(message.AsSpan(second..), output);
        encoder.Finish(output);
        return output.WrittenSpan.ToArray();
    }
}
