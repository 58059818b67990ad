using System.Buffers;
using System.Text;
using Xunit;

namespace EmailRouting.Smtp.Tests;

public sealed class SmtpReplyTests
{
    [Fact]
    public void Every_line_has_the_code_and_the_enhanced_code()
    {
        Assert.Equal("250 2.0.0 OK\r\n", Written(SmtpReply.Ok));
        Assert.Equal("550-5.7.1 No.\r\n550 5.7.1 Nein, größer.\r\n", Written(new SmtpReply(550, "5.7.1", "No.", "Nein, größer.")));
        Assert.Equal("250-mx.example\r\n250-SIZE 5\r\n250 DSN\r\n", Written(new SmtpReply(250, "", "mx.example", "SIZE 5", "DSN")));
        Assert.Equal("250 \r\n", Written(new SmtpReply(250, "")));
    }

    [Fact]
    public void No_text_begins_a_line_of_its_own()
    {
        string written = Written(new SmtpReply(550, "5.1.1\r\n250 ", "a\r\n250 OK\0", "b\u2028c"));

        Assert.Equal("550-5.1.1??250  a??250 OK?\r\n550 5.1.1??250  b?c\r\n", written);
    }

    [Theory]
    [InlineData(221, true)]
    [InlineData(421, true)]
    [InlineData(450, false)]
    public void Two_codes_end_the_session(int code, bool ends) => Assert.Equal(ends, new SmtpReply(code, "").EndsSession);

    [Fact]
    public void Replies_are_equal_when_they_say_the_same()
    {
        Assert.Equal(new SmtpReply(250, "2.0.0", "a", "b"), new SmtpReply(250, "2.0.0", "a", "b"));
        Assert.NotEqual(new SmtpReply(250, "2.0.0", "a", "b"), new SmtpReply(250, "2.0.0", "a", "c"));
    }

    private static string Written(SmtpReply reply)
    {
        var output = new ArrayBufferWriter<byte>();
        reply.WriteTo(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
