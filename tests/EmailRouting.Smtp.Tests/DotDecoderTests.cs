using System.Buffers;
using System.Text;
using EmailRouting.Fuzz;
using Xunit;

namespace EmailRouting.Smtp.Tests;

public sealed class DotDecoderTests
{
    /// <summary>What smugglers send in place of the end: none of it is the end.</summary>
    public static TheoryData<string> FalseEnds =>
    [
        "\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r.\n", "\n.\r", "\r.\r\n", "\r\n.\rx", "\r\n.\r\r\n", "\r\r\n.\r\r\n",
        "\r\n\0.\r\n", "\r\n.\0\r\n", "\r", "\n", "\0",
    ];

    public static TheoryData<string> Messages =>
    [
        ".\r\n", "\r\n.\r\n", "..\r\n.\r\n", "a\r\n.b\r\n..\r\n...c\r\n.\r\nQUIT\r\n", "a\r\n\r\n.\r\n.\r\n", "longest\r\nlong\r\n.\r\n",
    ];

    [Theory, MemberData(nameof(FalseEnds))]
    public void A_bare_line_end_never_ends_the_message(string falseEnd)
    {
        foreach (string start in new[] { "", "a", "a\r\n", "a\r\nMAIL" })
        {
            byte[] wire = Encoding.Latin1.GetBytes($"{start}{falseEnd}MAIL FROM:<x@y>\r\n.\r\nRSET\r\n");

            var decoder = default(DotDecoder);
            Assert.True(decoder.Decode(wire, new ArrayBufferWriter<byte>(), out int consumed));

            Assert.Equal(wire.Length - "RSET\r\n".Length, consumed);
            Assert.True(decoder.IsMalformed);
            CheckEveryCut(wire);
        }
    }

    [Theory, MemberData(nameof(Messages))]
    public void However_a_message_is_cut_it_decodes_alike(string wire) => CheckEveryCut(Encoding.Latin1.GetBytes(wire));

    [Theory]
    [InlineData(".\r\n", "")]
    [InlineData("..\r\n.\r\n", ".\r\n")]
    [InlineData("a\r\n.b\r\n.\r\n", "a\r\nb\r\n")]
    [InlineData("a\r\n..\r\n..b\r\n.\r\n", "a\r\n.\r\n.b\r\n")]
    [InlineData("\r\n.\r\n", "\r\n")]
    public void The_first_dot_of_a_line_is_taken_off(string wire, string message)
    {
        var output = new ArrayBufferWriter<byte>();
        var decoder = default(DotDecoder);

        Assert.True(decoder.Decode(Encoding.Latin1.GetBytes(wire), output, out _));

        Assert.Equal(message, Encoding.Latin1.GetString(output.WrittenSpan));
        Assert.False(decoder.IsMalformed);
    }

    [Fact]
    public void The_longest_line_is_counted_without_its_line_end_and_its_stuffing()
    {
        var decoder = default(DotDecoder);

        decoder.Decode("ab\r\n..cdef\r\ngh\r\n.\r\n"u8, new ArrayBufferWriter<byte>(), out _);

        Assert.Equal(5, decoder.LongestLine);
    }

    [Fact]
    public void A_line_that_has_not_ended_counts_already()
    {
        var decoder = default(DotDecoder);

        Assert.False(decoder.Decode("ab\r\ncdefg"u8, new ArrayBufferWriter<byte>(), out _));

        Assert.Equal(5, decoder.LongestLine);
    }

    private static void CheckEveryCut(byte[] wire)
    {
        for (int first = 0; first <= wire.Length; first++)
        {
            for (int second = first; second <= wire.Length; second++)
            {
                DotTarget.CheckDecoder(wire, first, second);
            }
        }
    }
}
