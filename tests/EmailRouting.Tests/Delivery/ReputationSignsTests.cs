using EmailRouting.Delivery;
using EmailRouting.Smtp;
using Xunit;

namespace EmailRouting.Tests.Delivery;

public sealed class ReputationSignsTests
{
    [Theory]
    [InlineData(421, "4.7.28", "an unusual rate of mail has been seen from your address")]
    [InlineData(421, "4.7.0", "[TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or user complaints")]
    [InlineData(451, "4.7.650", "see the page on postmaster matters")]
    [InlineData(450, "4.7.1", "Your server has a poor reputation, slow down")]
    [InlineData(421, "", "too many connections from your host")]
    [InlineData(421, "4.3.2", "too many connections from your host")]
    [InlineData(451, "", "rate-limited, try later")]
    public void What_asks_for_less(int code, string status, string text) => Assert.Equal(ReputationSign.Slower, ReputationSigns.Of(new SmtpReply(code, status, text)));

    [Theory]
    [InlineData(554, "5.7.1", "Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org")]
    [InlineData(550, "5.7.1", "Messages from [192.0.2.1] were not sent: part of their network is on our block list (S3140)")]
    [InlineData(550, "5.7.606", "Access denied")]
    [InlineData(553, "5.7.1", "[BL21] Connections will not be accepted because the ip is in Spamhaus's list")]
    [InlineData(554, "", "your address is listed in a DNSBL")]
    [InlineData(550, "5.7.1", "very low reputation of the sending domain")]
    public void What_says_that_we_are_on_a_list(int code, string status, string text) =>
        Assert.Equal(ReputationSign.Blocked, ReputationSigns.Of(new SmtpReply(code, status, text)));

    [Theory]
    [InlineData(450, "4.7.1", "Greylisted, too many of your kind; come again in 300 seconds")]
    [InlineData(450, "4.2.1", "The user is receiving mail at a rate that prevents more: rate limit")]
    [InlineData(452, "4.2.2", "mailbox full")]
    [InlineData(421, "4.3.2", "shutting down")]
    [InlineData(451, "4.7.5", "The MTA-STS policy of the domain demands a certificate valid for mx.example, and the one shown is not: untrusted")]
    [InlineData(550, "5.1.1", "no such user on this server, blocked or not")]
    [InlineData(550, "5.7.1", "this message has an attachment that is not allowed")]
    [InlineData(550, "5.7.26", "this mail is unauthenticated")]
    [InlineData(550, "5.7.1", "The marbled listener is not allowed")]
    [InlineData(552, "5.2.2", "quota exceeded, blocked by the administrator")]
    [InlineData(250, "2.0.0", "queued, in spite of your reputation")]
    public void What_is_not_about_us(int code, string status, string text) => Assert.Equal(ReputationSign.None, ReputationSigns.Of(new SmtpReply(code, status, text)));
}
