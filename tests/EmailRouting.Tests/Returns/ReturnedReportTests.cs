using System.Text;
using EmailRouting.Mail;
using EmailRouting.Returns;
using EmailRouting.Tests.MailAuth;
using Xunit;

namespace EmailRouting.Tests.Returns;

public sealed class ReturnedReportTests
{
    [Fact]
    public async Task The_report_of_a_Postfix_is_read()
    {
        ReturnedReport.Failure failure = Assert.IsType<ReturnedReport.Failure>(await ReadAsync(Reports.Postfix("failed", "5.1.1")));

        Assert.Equal("5.1.1", failure.Status);
        Assert.Equal(["you@inbox.example"], failure.Recipients);
        Assert.Equal("<one@sender.example>", failure.Header!["Message-ID"]);
    }

    [Theory]
    [InlineData("delayed", "4.4.1")]
    [InlineData("delivered", "2.0.0")]
    [InlineData("relayed", "2.0.0")]
    [InlineData("expanded", "2.0.0")]
    public async Task What_has_not_failed_is_nothing_to_tell(string action, string status) =>
        Assert.IsType<ReturnedReport.NoFailure>(await ReadAsync(Reports.Postfix(action, status)));

    [Fact]
    public async Task Of_several_recipients_the_one_that_failed_counts()
    {
        string report = Reports.Postfix("delayed", "4.4.1").Replace(
            "Action: delayed", "Action: delayed\r\n\r\nFinal-Recipient: rfc822; other@inbox.example\r\nAction: FAILED\r\nStatus: 5.2.2\r\n\r\nFinal-Recipient: rfc822; third@inbox.example\r\nAction: delayed",
            StringComparison.Ordinal);

        ReturnedReport.Failure failure = Assert.IsType<ReturnedReport.Failure>(await ReadAsync(report));

        Assert.Equal("5.2.2", failure.Status);
        Assert.Contains("other@inbox.example", failure.Recipients);
    }

    [Theory]
    [InlineData("Subject: out of office\r\n\r\nI am away.\r\n")]
    [InlineData("Content-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n\r\n--b\r\n\r\nread\r\n--b\r\nContent-Type: message/disposition-notification\r\n\r\nFinal-Recipient: rfc822;x@y\r\n--b--\r\n")]
    [InlineData("Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nno status at all\r\n--b--\r\n")]
    [InlineData("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns;x\r\n\r\nFinal-Recipient: rfc822;x@y\r\nAction: failed\r\nStatus: 5.0.0\r\n--b--\r\n")]
    [InlineData("Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns;x\r\n--b--\r\n")]
    [InlineData("")]
    [InlineData("\r\n")]
    [InlineData("\u0000\u0001:\r\n\r\n")]
    public async Task Everything_else_is_no_report(string text) => Assert.IsType<ReturnedReport.Other>(await ReadAsync(text));

    [Fact]
    public async Task A_report_within_reports_ends_somewhere()
    {
        var nested = new StringBuilder();
        for (int i = 0; i < 2000; i++)
        {
            nested.Append("Content-Type: message/rfc822\r\n\r\n");
        }

        Assert.IsType<ReturnedReport.Other>(await ReadAsync(nested.ToString()));
    }

    private static async Task<ReturnedReport> ReadAsync(string text)
    {
        using MessageContent content = Messages.InMemory(text);
        return await ReturnedReport.ReadAsync(content, TestContext.Current.CancellationToken);
    }
}
