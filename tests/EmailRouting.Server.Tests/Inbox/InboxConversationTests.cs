using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using EmailRouting.Server.Inbox;
using EmailRouting.Web.Inbox;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailRouting.Server.Tests.Inbox;

public sealed class InboxConversationTests
{
    private const string Dialog =
        "EHLO me\r\nMAIL FROM:<> BODY=8BITMIME SMTPUTF8 SIZE=20\r\nRCPT TO:<you@inbox.test> NOTIFY=NEVER\r\nRCPT TO:<jürgen@inbox.test>\r\nDATA\r\n"
        + "Bcc: x\r\n\r\n..dot\r\nä\r\n.\r\nQUIT\r\n";

    private readonly LocalInbox _inbox = new();
    private readonly ArrayBufferWriter<byte> _replies = new();
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void A_pipelined_mail_is_kept_byte_for_byte_wherever_the_input_is_cut()
    {
        byte[] input = Encoding.UTF8.GetBytes(Dialog);
        byte[] expected = Encoding.UTF8.GetBytes("Bcc: x\r\n\r\n.dot\r\nä\r\n");
        for (int cut = 0; cut <= input.Length; cut++)
        {
            _replies.ResetWrittenCount();
            var conversation = new InboxConversation(_inbox, _clock);

            ReadOnlySequence<byte> rest = conversation.Take(new ReadOnlySequence<byte>(input, 0, cut), _replies);
            conversation.Take(new ReadOnlySequence<byte>([.. rest.ToArray(), .. input[cut..]]), _replies);

            Assert.True(conversation.HasEnded);
            InboxMail mail = _inbox.NewestFirst()[0];
            Assert.Equal(cut + 1, _inbox.NewestFirst().Count);
            Assert.Equal(expected, mail.Content.ToArray());
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(expected)), mail.Sha256);
            Assert.Equal("<>", mail.Sender);
            Assert.Equal(["you@inbox.test", "jürgen@inbox.test"], mail.Recipients);
            Assert.Equal(_clock.GetUtcNow(), mail.At);
            Assert.Equal([250, 250, 250, 250, 354, 250, 221], Codes());
            Assert.Contains(mail.Id, Encoding.UTF8.GetString(_replies.WrittenSpan), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("RCPT TO:<you@inbox.test>\r\n", 503)]
    [InlineData("DATA\r\n", 503)]
    [InlineData("MAIL FROM:<a@b.example>\r\nDATA\r\n", 250, 503)]
    [InlineData("MAIL FROM:<a@b.example>\r\nMAIL FROM:<a@b.example>\r\n", 250, 503)]
    [InlineData("MAIL FROM:<a@b.example> SIZE=67108865\r\nMAIL FROM:<a@b.example> SIZE=67108864\r\n", 552, 250)]
    [InlineData("NONSENSE\r\nSTARTTLS\r\nNOOP\r\n", 500, 502, 250)]
    public void What_is_out_of_order_or_too_large_is_refused_and_the_session_goes_on(string input, params int[] codes)
    {
        var conversation = new InboxConversation(_inbox, _clock);

        conversation.Take(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(input)), _replies);

        Assert.Equal(codes, Codes());
        Assert.False(conversation.HasEnded);
        Assert.Empty(_inbox.NewestFirst());
    }

    private int[] Codes() =>
    [
        .. Encoding.UTF8.GetString(_replies.WrittenSpan).Split("\r\n", StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[3] == ' ').Select(line => int.Parse(line.AsSpan(0, 3), System.Globalization.CultureInfo.InvariantCulture)),
    ];
}
