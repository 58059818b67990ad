using System.Net;
using EmailRouting.Mail;
using EmailRouting.Smtp;
using MimeKit;
using MimeKit.Text;

namespace EmailRouting.Server.Verification;

/// <summary>The mail that asks the owner of an inbox whether mail may be forwarded to it.</summary>
internal static class VerificationMail
{
    /// <param name="inbox">Its owner is asked.</param>
    /// <param name="link">Where to say yes.</param>
    /// <param name="host">The name of this server.</param>
    /// <param name="now">The date of the mail.</param>
    public static AcceptedMail Compose(EmailAddress inbox, Uri link, string host, DateTimeOffset now)
    {
        MailId id = MailId.New(now);
        using MimeMessage message = new()
        {
            Subject = "Confirm that mail may be forwarded to you",
            Date = now,
            MessageId = $"{id}@{host}",
            Body = new MultipartAlternative
            {
                new TextPart(TextFormat.Plain) { Text = Plain(inbox, link, host), ContentTransferEncoding = ContentEncoding.QuotedPrintable },
                new TextPart(TextFormat.Html) { Text = Html(inbox, link, host), ContentTransferEncoding = ContentEncoding.QuotedPrintable },
            },
        };
        message.From.Add(new MailboxAddress("EmailRouting", $"postmaster@{host}"));
        message.Headers.Replace(HeaderId.To, inbox.IsAscii ? $"<{inbox.Text}>" : "undisclosed-recipients:;");

        // RFC 3834 §5: nothing automatic is to answer this.
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");

        // From nobody: should it not arrive, there is nobody to tell but the operator, who finds it in the queue.
        var envelope = new Envelope(null, new MailParameters { Body = BodyType.SevenBit, SmtpUtf8 = !inbox.IsAscii });
        return new AcceptedMail(id, now, envelope, OwnMail.Write(message), MayBounce: false);
    }

    private static string Plain(EmailAddress inbox, Uri link, string host) =>
        $"""
        Somebody who manages mail on {host} would like to forward mail to

            {inbox.Text}

        If that is you and you agree, open this link and confirm. It works once, for 24 hours:

        {link.AbsoluteUri}

        If you do not know what this is about, do nothing: without your confirmation no mail is forwarded to you.

        """;

    private static string Html(EmailAddress inbox, Uri link, string host) =>
        $"""
        <p>Somebody who manages mail on {WebUtility.HtmlEncode(host)} would like to forward mail to</p>
        <p><strong>{WebUtility.HtmlEncode(inbox.Text)}</strong></p>
        <p>If that is you and you agree, open this link and confirm. It works once, for 24 hours:</p>
        <p><a href="{WebUtility.HtmlEncode(link.AbsoluteUri)}">Confirm</a></p>
        <p>If you do not know what this is about, do nothing: without your confirmation no mail is forwarded to you.</p>

        """;
}
