using System.Buffers;
using System.Text;
using Xunit;

namespace EmailRouting.Smtp.Tests;

public sealed class ReplyParserTests
{
    [Theory]
    [InlineData("250 2.1.5 OK\r\n", 250, "2.1.5", "OK")]
    [InlineData("250\r\n", 250, "", "")]
    [InlineData("250 \r\n", 250, "", "")]
    [InlineData("421 later\n", 421, "", "later")]
    [InlineData("550-5.1.1 No such\r\n550-5.1.1\r\n550 5.1.1 user\r\n", 550, "5.1.1", "No such||user")]
    [InlineData("550-no\r\n250 yes\r\n", 250, "", "no|yes")]
    [InlineData("550 4.1.1 of another class\r\n", 550, "", "4.1.1 of another class")]
    [InlineData("550 5.1.1111 x\r\n", 550, "", "5.1.1111 x")]
    [InlineData("550 5.1 x\r\n", 550, "", "5.1 x")]
    [InlineData("554 Gr\u00FC\u00DFe\r\n", 554, "", "Grüße")]
    [InlineData("554 a\0b\r\n", 554, "", "a?b")]
    public void A_reply_is_its_code_its_status_and_its_lines(string wire, int code, string status, string lines)
    {
        var buffer = new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(wire + "250 next"));

        Assert.Equal(ReplyRead.Complete, ReplyParser.TryRead(ref buffer, out SmtpReply? reply));

        Assert.Equal(new SmtpReply(code, status, lines.Split('|')), reply);
        Assert.Equal("250 next", Encoding.ASCII.GetString(buffer));
    }

    [Theory]
    [InlineData("")]
    [InlineData("250 O")]
    [InlineData("250-a\r\n250-b\r\n")]
    public void A_reply_without_its_last_line_wants_more(string wire) => Assert.Equal(ReplyRead.Partial, Read(wire));

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("\r\n")]
    [InlineData("150 x\r\n")]
    [InlineData("650 x\r\n")]
    [InlineData("2500 x\r\n")]
    [InlineData("25\r\n")]
    [InlineData("250-a\r\nb\r\n")]
    public void What_is_not_SMTP_is_broken(string wire) => Assert.Equal(ReplyRead.Broken, Read(wire));

    [Fact]
    public void A_reply_without_bounds_is_broken()
    {
        Assert.Equal(ReplyRead.Broken, Read("250 " + new string('a', ReplyParser.MaxLine)));
        Assert.Equal(ReplyRead.Broken, Read("250 " + new string('a', ReplyParser.MaxLine) + "\r\n"));
        Assert.Equal(ReplyRead.Broken, Read(string.Concat(Enumerable.Repeat("250-a\r\n", ReplyParser.MaxLines)) + "250 a\r\n"));
    }

    private static ReplyRead Read(string wire)
    {
        var buffer = new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(wire));
        return ReplyParser.TryRead(ref buffer, out _);
    }
}
