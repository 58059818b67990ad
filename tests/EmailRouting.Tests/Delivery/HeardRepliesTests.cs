using System.Buffers;
using System.Text;
using EmailRouting.Delivery;
using EmailRouting.Smtp;
using Xunit;

namespace EmailRouting.Tests.Delivery;

/// <summary>What was heard before is found again, and it is what the parser would have read there.</summary>
public sealed class HeardRepliesTests
{
    private readonly HeardReplies _heard = new();

    [Theory]
    [InlineData("250 2.1.0 Ok\r\n")]
    [InlineData("250\n")]
    [InlineData("250-one\r\n250 two\r\n")]
    public void A_reply_that_comes_again_is_the_one_that_came_before(string text)
    {
        SmtpReply first = Hear(text);

        Assert.Same(first, _heard.Find(Encoding.ASCII.GetBytes(text + "354 and more\r\n"), out int length));
        Assert.Equal(text.Length, length);
    }

    [Theory]
    [InlineData("250 2.0.0 Ok\r\n", "250 2.0.0 Ok: queued as 4A1B\r\n")]
    [InlineData("250-one\r\n250 two\r\n", "250-one\r\n250 three\r\n")]
    [InlineData("250 two\r\n", "250-one\r\n250 two\r\n")]
    [InlineData("250 2.1.0 Ok\r\n", "250 2.1.0 O")]
    [InlineData("250 2.1.0 Ok\r\n", "")]
    public void Another_is_not_taken_for_it(string heard, string input)
    {
        Hear(heard);

        Assert.Null(_heard.Find(Encoding.ASCII.GetBytes(input), out int length));
        Assert.Equal(0, length);
    }

    [Fact]
    public void What_each_message_hears_is_not_pushed_out_by_what_only_one_does()
    {
        string[] always = ["250 2.1.0 Ok\r\n", "250 2.1.5 Ok\r\n", "354 Go\r\n"];
        Array.ForEach(always, text => Hear(text));
        for (int message = 0; message < 100; message++)
        {
            Assert.All(always, text => Assert.NotNull(_heard.Find(Encoding.ASCII.GetBytes(text), out _)));
            Hear($"250 2.0.0 Ok: queued as {message}\r\n");
        }
    }

    [Fact]
    public void A_long_one_is_not_kept()
    {
        string text = $"250 {new string('x', 1000)}\r\n";
        Hear(text);

        Assert.Null(_heard.Find(Encoding.ASCII.GetBytes(text), out _));
    }

    private SmtpReply Hear(string text)
    {
        byte[] octets = Encoding.ASCII.GetBytes(text);
        var input = new ReadOnlySequence<byte>(octets);
        Assert.Equal(ReplyRead.Complete, ReplyParser.TryRead(ref input, out SmtpReply? reply));
        _heard.Keep(octets, reply!);
        return reply!;
    }
}
