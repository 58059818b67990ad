using Xunit;

namespace EmailRouting.Smtp.Tests;

public sealed class EhloFeaturesTests
{
    [Fact]
    public void What_a_host_offers_is_read_from_the_lines_behind_its_greeting()
    {
        EhloFeatures features = EhloFeatures.Parse(new SmtpReply(
            250, "", "pipelining.example", "pipelining", "SIZE 1000", "8BITMIME", "X-OTHER", "AUTH plain LOGIN", "AUTH=LOGIN NTLM", "DSN", ""));

        Assert.True(features is { Pipelining: true, EightBitMime: true, Dsn: true, Size: 1000 });
        Assert.True(features is { SmtpUtf8: false, StartTls: false, Chunking: false, EnhancedStatusCodes: false });
        Assert.Equal(["PLAIN", "LOGIN", "NTLM"], features.Auth);
    }

    [Fact]
    public void The_greeting_offers_nothing() => Assert.Equal(EhloFeatures.None, EhloFeatures.Parse(new SmtpReply(250, "", "DSN")));

    [Fact]
    public void A_refused_EHLO_offers_nothing() => Assert.Equal(EhloFeatures.None, EhloFeatures.Parse(new SmtpReply(502, "", "no", "DSN")));

    [Theory]
    [InlineData("SIZE", 0L)]
    [InlineData("SIZE 0", 0L)]
    [InlineData("SIZE many", 0L)]
    [InlineData("SIZES 5", null)]
    public void A_size_without_a_number_is_no_limit(string line, long? size) =>
        Assert.Equal(size, EhloFeatures.Parse(new SmtpReply(250, "", "mx.example", line)).Size);
}
