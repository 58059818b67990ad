using System.Buffers;
using System.Text;
using EmailRouting.Fuzz;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace EmailRouting.Smtp.Tests;

public sealed class DotEncoderTests
{
    [Theory]
    [InlineData("", ".\r\n")]
    [InlineData("a", "a\r\n.\r\n")]
    [InlineData("a\r\n", "a\r\n.\r\n")]
    [InlineData(".\r\n", "..\r\n.\r\n")]
    [InlineData("a\r\n.\r\n.b\r\n", "a\r\n..\r\n..b\r\n.\r\n")]
    [InlineData("a.\r\n", "a.\r\n.\r\n")]
    public void A_dot_that_starts_a_line_is_doubled_and_the_end_is_a_line_of_its_own(string message, string wire)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(message);
        for (int first = 0; first <= bytes.Length; first++)
        {
            for (int second = first; second <= bytes.Length; second++)
            {
                Assert.Equal(wire, Encoding.Latin1.GetString(DotTarget.Encode(bytes, first, second)));
            }
        }
    }

    [Fact]
    public void Decoding_undoes_encoding_for_any_message()
    {
        Gen<byte> special = Gen.Elements((byte)'.', (byte)'\r', (byte)'\n', (byte)0, (byte)'a');
        Gen<byte[]> message = Gen.OneOf(special, ArbMap.Default.GeneratorFor<byte>()).ArrayOf().Select(bytes => (byte[])[.. bytes, .. "\r\n"u8]);

        Prop.ForAll(message.ToArbitrary(), RoundTrips).QuickCheckThrowOnFailure();
    }

    private static bool RoundTrips(byte[] message)
    {
        byte[] wire = DotTarget.Encode(message, message.Length / 3, message.Length / 2);
        var decoder = default(DotDecoder);
        var output = new ArrayBufferWriter<byte>();

        bool ended = decoder.Decode(wire, output, out int consumed);

        return ended && consumed == wire.Length && output.WrittenSpan.SequenceEqual(message);
    }
}
