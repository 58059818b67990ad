using System.Text;
using EmailRouting.Fuzz;
using Xunit;

namespace EmailRouting.Smtp.Tests;

public sealed class SmtpCommandTests
{
    [Theory]
    [InlineData("MAIL FROM:<user@example.com>", "user@example.com")]
    [InlineData("mail from:<user@example.com>  ", "user@example.com")]
    [InlineData("MAIL FROM: <user@example.com>", "user@example.com")]
    [InlineData("MAIL FROM:user@example.com", "user@example.com")]
    [InlineData("MAIL FROM:< user@example.com >", "user@example.com")]
    [InlineData("MAIL FROM:<@one.example,@[192.0.2.1]:user@example.com>", "user@example.com")]
    [InlineData("MAIL FROM:<\"a>b\"@example.com>", "\"a>b\"@example.com")]
    [InlineData("MAIL FROM:<грета@пример.example>", "грета@пример.example")]
    [InlineData("MAIL FROM:<>", null)]
    public void MAIL_names_a_sender_or_nobody(string line, string? sender)
    {
        var mail = Assert.IsType<SmtpCommand.MailFrom>(Parse(line));

        Assert.Equal(sender, mail.Sender?.Text);
        Assert.Same(MailParameters.None, mail.Parameters);
    }

    [Fact]
    public void MAIL_carries_its_parameters()
    {
        var mail = Assert.IsType<SmtpCommand.MailFrom>(Parse("MAIL FROM:<> size=1000 BODY=8bitmime SMTPUTF8 RET=HDRS ENVID=a+2Bb"));

        var expected = new MailParameters
        {
            Size = 1000,
            Body = BodyType.EightBitMime,
            SmtpUtf8 = true,
            Return = DsnReturn.Headers,
            EnvelopeId = "a+b",
        };
        Assert.Equal(expected, mail.Parameters);
    }

    [Fact]
    public void A_size_beyond_all_numbers_is_the_largest_number()
    {
        var mail = Assert.IsType<SmtpCommand.MailFrom>(Parse("MAIL FROM:<> SIZE=99999999999999999999"));

        Assert.Equal(long.MaxValue, mail.Parameters.Size);
    }

    [Theory]
    [InlineData("RCPT TO:<Postmaster>")]
    [InlineData("RCPT TO:postmaster")]
    public void RCPT_knows_postmaster_without_a_domain(string line) =>
        Assert.Same(EmailAddress.Postmaster, Assert.IsType<SmtpCommand.RcptTo>(Parse(line)).Recipient);

    [Theory]
    [InlineData("NOTIFY=NEVER", DsnNotify.Never)]
    [InlineData("NOTIFY=success,DELAY", DsnNotify.Success | DsnNotify.Delay)]
    public void RCPT_carries_its_parameters(string parameter, DsnNotify notify)
    {
        var rcpt = Assert.IsType<SmtpCommand.RcptTo>(Parse($"RCPT TO:<a@b.example> {parameter} ORCPT=rfc822;a+2Bb@c.example"));

        Assert.Equal(new RcptParameters { Notify = notify, OriginalRecipient = "rfc822;a+2Bb@c.example" }, rcpt.Parameters);
    }

    [Theory]
    [InlineData("", 500, "5.5.2")]
    [InlineData("GET / HTTP/1.1", 500, "5.5.2")]
    [InlineData("NOOP\nQUIT", 500, "5.5.2")]
    [InlineData("NOOP\r", 500, "5.5.2")]
    [InlineData("NOOP \0", 500, "5.5.2")]
    [InlineData("BDAT 10 LAST", 502, "5.5.1")]
    [InlineData("AUTH PLAIN", 502, "5.5.1")]
    [InlineData("EHLO", 501, "5.5.4")]
    [InlineData("HELO  ", 501, "5.5.4")]
    [InlineData("DATA now", 501, "5.5.4")]
    [InlineData("STARTTLS now", 501, "5.5.4")]
    [InlineData("VRFY", 501, "5.5.4")]
    [InlineData("MAIL", 501, "5.5.4")]
    [InlineData("MAIL TO:<a@b.example>", 501, "5.5.4")]
    [InlineData("MAIL FROM:", 501, "5.1.7")]
    [InlineData("MAIL FROM:<a@b.example", 501, "5.1.7")]
    [InlineData("MAIL FROM:<postmaster>", 501, "5.1.7")]
    [InlineData("MAIL FROM:<@one.example:>", 501, "5.1.7")]
    [InlineData("MAIL FROM:<a@b.example>SIZE=1", 501, "5.1.7")]
    [InlineData("RCPT TO:<>", 501, "5.1.3")]
    [InlineData("RCPT TO:<@one.example,user@example.com>", 501, "5.1.3")]
    [InlineData("MAIL FROM:<> AUTH=<>", 555, "5.5.4")]
    [InlineData("MAIL FROM:<> BODY=BINARYMIME", 555, "5.5.4")]
    [InlineData("MAIL FROM:<> BODY=9BIT", 501, "5.5.4")]
    [InlineData("MAIL FROM:<> SIZE=", 501, "5.5.4")]
    [InlineData("MAIL FROM:<> SIZE=-1", 501, "5.5.4")]
    [InlineData("MAIL FROM:<> SIZE=1 SIZE=1", 501, "5.5.4")]
    [InlineData("MAIL FROM:<> SMTPUTF8=1", 501, "5.5.4")]
    [InlineData("MAIL FROM:<> SMTPUTF8 SMTPUTF8", 501, "5.5.4")]
    [InlineData("MAIL FROM:<> RET=ALL", 501, "5.5.4")]
    [InlineData("MAIL FROM:<> ENVID=a+0Db", 501, "5.5.4")]
    [InlineData("MAIL FROM:<> =1", 501, "5.5.4")]
    [InlineData("RCPT TO:<a@b.example> NOTIFY=NEVER,DELAY", 501, "5.5.4")]
    [InlineData("RCPT TO:<a@b.example> NOTIFY=DELAY,", 501, "5.5.4")]
    [InlineData("RCPT TO:<a@b.example> ORCPT=rfc822", 501, "5.5.4")]
    [InlineData("RCPT TO:<a@b.example> ORCPT=rfc822;a+b", 501, "5.5.4")]
    [InlineData("RCPT TO:<a@b.example> SIZE=1", 555, "5.5.4")]
    public void What_cannot_be_read_says_why(string line, int code, string status)
    {
        SmtpReply reply = Assert.IsType<SmtpCommand.Unreadable>(Parse(line)).Reply;

        Assert.Equal((code, status), (reply.Code, reply.Status));
    }

    [Fact]
    public void An_argument_that_is_not_UTF8_is_refused()
    {
        byte[] line = [.. "RCPT TO:<"u8, 0xFF, .. "@b.example>"u8];
        Assert.Equal("5.5.2", Assert.IsType<SmtpCommand.Unreadable>(SmtpCommand.Parse(line)).Reply.Status);
    }

    [Fact]
    public void A_client_may_call_itself_what_it_likes_in_print_and_in_bounds()
    {
        Assert.Equal(new SmtpCommand.Ehlo("my_host says hi"), Parse("EHLO my_host says hi"));
        Assert.Equal(new SmtpCommand.Helo("a?b"), Parse("HELO a\u0001b"));
        Assert.Equal(255, Assert.IsType<SmtpCommand.Ehlo>(Parse("EHLO " + new string('a', 300))).ClientName.Length);
    }

    [Fact]
    public void A_line_longer_than_any_command_is_too_long() =>
        Assert.Equal(SmtpReply.LineTooLong, Assert.IsType<SmtpCommand.Unreadable>(Parse("NOOP " + new string('a', 5000))).Reply);

    [Theory]
    [InlineData("DATA")]
    [InlineData("RSET")]
    [InlineData("NOOP")]
    [InlineData("QUIT")]
    [InlineData("STARTTLS")]
    [InlineData("MAIL FROM:<> SIZE=5 BODY=7BIT SMTPUTF8 RET=FULL ENVID=a+2Bb+20c")]
    [InlineData("MAIL FROM:<\"a b\"@example.com>")]
    [InlineData("RCPT TO:<грета@example.com> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;a@b.example")]
    [InlineData("RCPT TO:<a@b.example> NOTIFY=NEVER")]
    public void What_a_client_writes_is_what_a_server_reads(string line) =>
        Assert.Equal(line, Encoding.UTF8.GetString(Assert.IsType<byte[]>(CommandTarget.Print(Parse(line)))));

    private static SmtpCommand Parse(string line) => SmtpCommand.Parse(Encoding.UTF8.GetBytes(line));
}
