using System.Buffers;
using System.Text;
using Xunit;

namespace EmailRouting.Smtp.Tests;

public sealed class SmtpCommandWriterTests
{
    private readonly ArrayBufferWriter<byte> _output = new();

    private string Written => Encoding.UTF8.GetString(_output.WrittenSpan);

    [Fact]
    public void Commands_are_written_one_behind_the_other()
    {
        SmtpCommandWriter.Ehlo(_output, "mx.example");
        SmtpCommandWriter.Auth(_output, "PLAIN", "=");
        SmtpCommandWriter.Auth(_output, "LOGIN", null);
        SmtpCommandWriter.AuthResponse(_output, "*");
        SmtpCommandWriter.MailFrom(_output, null, MailParameters.None);

        Assert.Equal("EHLO mx.example\r\nAUTH PLAIN =\r\nAUTH LOGIN\r\n*\r\nMAIL FROM:<>\r\n", Written);
    }

    [Fact]
    public void A_domain_goes_as_A_labels_where_SMTPUTF8_was_not_asked_for()
    {
        Assert.True(EmailAddress.TryParse("user@bücher.example", out EmailAddress? address));

        SmtpCommandWriter.MailFrom(_output, address, MailParameters.None);
        SmtpCommandWriter.RcptTo(_output, address, RcptParameters.None, smtpUtf8: true);

        Assert.Equal("MAIL FROM:<user@xn--bcher-kva.example>\r\nRCPT TO:<user@bücher.example>\r\n", Written);
    }

    [Fact]
    public void An_address_without_an_ascii_form_is_never_written_raw()
    {
        Assert.True(EmailAddress.TryParse("грета@example.com", out EmailAddress? address));

        Assert.Throws<ArgumentException>(() => SmtpCommandWriter.MailFrom(_output, address, MailParameters.None));
        Assert.Throws<ArgumentException>(() => SmtpCommandWriter.RcptTo(_output, address, RcptParameters.None, smtpUtf8: false));
        Assert.Empty(Written);
    }

    [Theory]
    [InlineData("a\rb")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    public void Nothing_that_ends_a_line_is_written(string text)
    {
        Assert.True(EmailAddress.TryParse("a@b.example", out EmailAddress? address));

        Assert.Throws<ArgumentException>(() => SmtpCommandWriter.Ehlo(_output, text));
        Assert.Throws<ArgumentException>(() => SmtpCommandWriter.Auth(_output, text, null));
        Assert.Throws<ArgumentException>(() => SmtpCommandWriter.AuthResponse(_output, text));
        Assert.Throws<ArgumentException>(() => SmtpCommandWriter.MailFrom(_output, address, new() { EnvelopeId = text }));
        Assert.Throws<ArgumentException>(() => SmtpCommandWriter.RcptTo(_output, address, new() { OriginalRecipient = text }, smtpUtf8: false));
        Assert.Empty(Written);
    }
}
