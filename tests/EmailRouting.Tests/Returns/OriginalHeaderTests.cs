using System.Text;
using EmailRouting.Mail;
using EmailRouting.Returns;
using EmailRouting.Tests.MailAuth;
using Xunit;

namespace EmailRouting.Tests.Returns;

public sealed class OriginalHeaderTests
{
    [Fact]
    public async Task The_sender_sees_his_own_fields_and_none_that_names_the_destination()
    {
        ReturnedReport.Failure failure = await FailureAsync(string.Empty);

        string shown = Encoding.ASCII.GetString(OriginalHeader.ForSender(failure.Header, failure.Recipients));

        Assert.Equal("From: Me <me@sender.example>\r\nTo: alias@ours.example\r\nSubject: hello\r\nMessage-ID: <one@sender.example>\r\n", shown);
    }

    [Fact]
    public async Task Our_own_Received_line_gives_the_name_of_the_message()
    {
        MailId id = MailId.New(DateTimeOffset.UnixEpoch.AddYears(57));
        string ours = $"Received: from client.example ([192.0.2.7])\r\n\tby mx.ours.example with ESMTP id {id}\r\n\tfor <alias@ours.example>;\r\n\tThu, 26 Nov 2026 00:00:00 +0000\r\n";

        Assert.Equal([id], OriginalHeader.IdsIn((await FailureAsync(ours)).Header, "mx.ours.example"));
        Assert.Empty(OriginalHeader.IdsIn((await FailureAsync(ours)).Header, "mx.other.example"));
        Assert.Empty(OriginalHeader.IdsIn((await FailureAsync(string.Empty)).Header, "mx.ours.example"));
        Assert.Empty(OriginalHeader.IdsIn(null, "mx.ours.example"));
    }

    private static async Task<ReturnedReport.Failure> FailureAsync(string received)
    {
        using MessageContent content = Messages.InMemory(Reports.Postfix("failed", "5.1.1", received));
        return Assert.IsType<ReturnedReport.Failure>(await ReturnedReport.ReadAsync(content, TestContext.Current.CancellationToken));
    }
}
