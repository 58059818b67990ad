using EmailRouting.Web.Inbox;
using Xunit;

namespace EmailRouting.Server.Tests.Inbox;

public sealed class LocalInboxTests
{
    private readonly LocalInbox _inbox = new();

    [Fact]
    public void The_newest_thousand_are_kept_newest_first()
    {
        for (int i = 0; i <= LocalInbox.MaxMails; i++)
        {
            _inbox.Keep(Mail($"{i}@sender.example", "Subject: x\r\n\r\n"u8.ToArray()));
        }

        IReadOnlyList<InboxMail> mails = _inbox.NewestFirst();
        Assert.Equal(LocalInbox.MaxMails, mails.Count);
        Assert.Equal("1000@sender.example", mails[0].Sender);
        Assert.Equal("1@sender.example", mails[^1].Sender);
        Assert.Same(mails[0], _inbox.Find(mails[0].Id));
    }

    [Fact]
    public void Large_mails_make_room_before_they_are_a_thousand()
    {
        byte[] large = new byte[(LocalInbox.MaxBytes / 2) - 1];
        InboxMail first = Mail("first@sender.example", large);
        _inbox.Keep(first);
        _inbox.Keep(Mail("second@sender.example", large));
        Assert.Equal(2, _inbox.NewestFirst().Count);

        _inbox.Keep(Mail("third@sender.example", new byte[3]));

        Assert.Null(_inbox.Find(first.Id));
        Assert.Equal(["third@sender.example", "second@sender.example"], _inbox.NewestFirst().Select(mail => mail.Sender));
    }

    [Theory]
    [InlineData("Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n\r\nx\r\n", "Grüße")]
    [InlineData("Subject: Grüße\r\n\r\nx\r\n", "Grüße")]
    [InlineData("Subject: =?utf-8?Q?a=0D=0Ab=E2=80=AEc?=\r\n\r\n", "ab?c")]
    [InlineData("no header\r\n", "")]
    [InlineData("", "")]
    public void A_subject_is_decoded_and_harmless(string content, string subject) =>
        Assert.Equal(subject, Mail("<>", System.Text.Encoding.UTF8.GetBytes(content)).Subject);

    private static InboxMail Mail(string sender, byte[] content) => new(DateTimeOffset.UnixEpoch, sender, ["you@inbox.test"], content);
}
