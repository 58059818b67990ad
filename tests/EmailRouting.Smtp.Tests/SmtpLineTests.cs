using System.Buffers;
using System.Text;
using EmailRouting.Fuzz;
using Xunit;

namespace EmailRouting.Smtp.Tests;

public sealed class SmtpLineTests
{
    [Fact]
    public void Pipelined_lines_are_taken_one_by_one_however_they_are_cut()
    {
        byte[] bytes = Encoding.ASCII.GetBytes("RSET\r\nNOOP a\nb\r\nQU");
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            ReadOnlySequence<byte> buffer = Segments.Cut(bytes, cut);

            Assert.Equal(LineRead.Complete, SmtpLine.TryRead(ref buffer, SmtpLine.MaxLength, out ReadOnlySequence<byte> first));
            Assert.Equal("RSET", Encoding.ASCII.GetString(first));
            Assert.Equal(LineRead.Complete, SmtpLine.TryRead(ref buffer, SmtpLine.MaxLength, out ReadOnlySequence<byte> second));
            Assert.Equal("NOOP a\nb", Encoding.ASCII.GetString(second));
            Assert.Equal(LineRead.Partial, SmtpLine.TryRead(ref buffer, SmtpLine.MaxLength, out _));
            Assert.Equal("QU", Encoding.ASCII.GetString(buffer));
        }
    }

    [Theory]
    [InlineData(510, LineRead.Complete)]
    [InlineData(511, LineRead.TooLong)]
    public void The_limit_counts_the_line_end(int length, LineRead expected)
    {
        var buffer = new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(new string('a', length) + "\r\nQUIT\r\n"));

        Assert.Equal(expected, SmtpLine.TryRead(ref buffer, 512, out _));

        Assert.Equal("QUIT\r\n", Encoding.ASCII.GetString(buffer));
    }

    [Fact]
    public void What_never_ends_is_told_from_what_has_not_ended_yet()
    {
        var soon = new ReadOnlySequence<byte>(new byte[8 * 512]);
        var never = new ReadOnlySequence<byte>(new byte[(8 * 512) + 1]);

        Assert.Equal(LineRead.Partial, SmtpLine.TryRead(ref soon, 512, out _));
        Assert.Equal(LineRead.Endless, SmtpLine.TryRead(ref never, 512, out _));
    }
}
