using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using EmailRouting.Mail;
using EmailRouting.Smtp;
using MimeKit;

namespace EmailRouting.Queue;

/// <summary>Composes what a sender is told (RFC 3464): the aliases, what became of them, and the header of the message. Never where the aliases lead (promise 4).</summary>
/// <remarks>
/// So no Remote-MTA, no Diagnostic-Code, and none of the remote's words: its enhanced status code, with ours. The whole report is ASCII, an address beyond it is
/// written as RFC 6533 §3 has it for such a report; only the envelope to a sender with such an address asks for SMTPUTF8.
/// </remarks>
internal static class DeliveryReport
{
    /// <param name="about">The message; it has a sender.</param>
    /// <param name="aliases">Those of its recipients that the report is about; at least one.</param>
    /// <param name="verdict">The same for all of them.</param>
    /// <param name="host">The name of this server.</param>
    /// <param name="now">The date of the report.</param>
    public static OwedReport Compose(AcceptedMail about, ImmutableArray<AliasRecipient> aliases, ReportVerdict verdict, string host, DateTimeOffset now) =>
        Compose(ReportSubject.Of(about), aliases, verdict, MailId.New(now), host, now);

    /// <param name="about">As much of the message as is known.</param>
    /// <param name="aliases">Those of its recipients that the report is about; none where that is not known.</param>
    /// <param name="verdict">The same for all of them.</param>
    /// <param name="id">Of the report.</param>
    /// <param name="host">The name of this server.</param>
    /// <param name="now">The date of the report.</param>
    public static OwedReport Compose(
        ReportSubject about, ImmutableArray<AliasRecipient> aliases, ReportVerdict verdict, MailId id, string host, DateTimeOffset now)
    {
        EmailAddress sender = about.Sender;

        using MimeMessage message = new()
        {
            Subject = verdict.Subject,
            Date = now,
            MessageId = $"{id}@{host}",
            Body = new Multipart("report")
            {
                Words(about, aliases, verdict, host),
                Status(about, aliases, verdict, host),
                Header(about),
            },
        };
        message.Body.ContentType.Parameters.Add("report-type", "delivery-status");
        message.From.Add(new MailboxAddress("Mail delivery", $"mailer-daemon@{host}"));

        // RFC 3834 §2: what answers automatically says so, and nothing automatic answers it.
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-replied");
        message.Headers.Replace(HeaderId.To, sender.IsAscii ? $"<{sender.Text}>" : "undisclosed-recipients:;");

        MessageContent content = OwnMail.Write(message);
        var envelope = new Envelope(null, new MailParameters { Body = BodyType.SevenBit, SmtpUtf8 = !sender.IsAscii });
        var report = new AcceptedMail(id, now, envelope, content, MayBounce: false);
        return new OwedReport(report, NewDelivery.Due(new Target(sender, [new AliasRecipient(sender, RcptParameters.None)]), now, now));
    }

    private static TextPart Words(ReportSubject about, ImmutableArray<AliasRecipient> aliases, ReportVerdict verdict, string host)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"This is the mail system at {host}.\r\n\r\n{verdict.Sentence}\r\n\r\n");
        foreach (AliasRecipient alias in aliases)
        {
            text.Append(CultureInfo.InvariantCulture, $"    {alias.Alias.Text}\r\n");
        }

        if (aliases.IsEmpty)
        {
            text.Append(CultureInfo.InvariantCulture, $"    {Somebody(about)}\r\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"\r\n{verdict.Reason} (status {verdict.Status})\r\n\r\n");
        text.Append(about.Acceptance is { } acceptance
            ? $"The message was accepted on {Date(acceptance.At)} as {acceptance.Id}. Its header is attached.\r\n"
            : "The header of the message is attached.\r\n");
        return new TextPart("plain") { Text = text.ToString(), ContentTransferEncoding = ContentEncoding.QuotedPrintable };
    }

    private static MimePart Status(ReportSubject about, ImmutableArray<AliasRecipient> aliases, ReportVerdict verdict, string host)
    {
        var status = new StringBuilder();
        status.Append(CultureInfo.InvariantCulture, $"Reporting-MTA: dns; {host}\r\n");
        if (about.EnvelopeId is { } envelopeId)
        {
            status.Append(CultureInfo.InvariantCulture, $"Original-Envelope-Id: {Ascii(Printable.Line(envelopeId))}\r\n");
        }

        if (about.Acceptance is { } acceptance)
        {
            status.Append(CultureInfo.InvariantCulture, $"Arrival-Date: {Date(acceptance.At)}\r\n");
        }

        foreach (AliasRecipient alias in aliases)
        {
            status.Append("\r\n");
            if (alias.Parameters.OriginalRecipient is { } original)
            {
                status.Append(CultureInfo.InvariantCulture, $"Original-Recipient: {OriginalRecipient(original)}\r\n");
            }

            string type = alias.Alias.IsAscii ? "rfc822" : "utf-8";
            status.Append(CultureInfo.InvariantCulture, $"Final-Recipient: {type}; {Ascii(alias.Alias.Text)}\r\n");
            status.Append(CultureInfo.InvariantCulture, $"Action: {verdict.Action}\r\nStatus: {verdict.Status}\r\n");
        }

        if (aliases.IsEmpty)
        {
            status.Append(CultureInfo.InvariantCulture, $"\r\nFinal-Recipient: unknown; {Somebody(about)}\r\nAction: {verdict.Action}\r\nStatus: {verdict.Status}\r\n");
        }

        return new MimePart("message", "delivery-status") { Content = new MimeContent(new MemoryStream(Encoding.ASCII.GetBytes(status.ToString()))) };
    }

    // RFC 3464 §2.1.2 knows addresses of no known type.
    private static string Somebody(ReportSubject about) => $"an address at {about.Domain}";

    private static MimePart Header(ReportSubject about) => new("text", "rfc822-headers")
    {
        Content = new MimeContent(new MemoryStream(about.Header)),
        ContentTransferEncoding = System.Text.Ascii.IsValid(about.Header) ? ContentEncoding.SevenBit : ContentEncoding.QuotedPrintable,
    };

    // ORCPT is "type;xtext" and the report says "type; text" with the xtext undone (RFC 3464 §2.3.1). Undone it may be anything, so it is made ASCII again.
    private static string OriginalRecipient(string original)
    {
        int separator = original.IndexOf(';', StringComparison.Ordinal);
        if (separator < 0)
        {
            return $"rfc822; {Ascii(Printable.Line(original))}";
        }

        var text = new StringBuilder();
        ReadOnlySpan<char> xtext = original.AsSpan(separator + 1);
        for (int i = 0; i < xtext.Length; i++)
        {
            if (xtext[i] == '+' && i + 2 < xtext.Length && byte.TryParse(xtext.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte octet))
            {
                text.Append((char)octet);
                i += 2;
            }
            else
            {
                text.Append(xtext[i]);
            }
        }

        return $"{Ascii(Printable.Line(original[..separator]))}; {Ascii(Printable.Line(text.ToString()))}";
    }

    // RFC 6533 §3, utf-8-addr-xtext: what is not ASCII goes as \x{HEX}, and so does the backslash that begins it.
    private static string Ascii(string text)
    {
        if (System.Text.Ascii.IsValid(text))
        {
            return text;
        }

        var ascii = new StringBuilder();
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.IsAscii && rune.Value != '\\')
            {
                ascii.Append((char)rune.Value);
            }
            else
            {
                ascii.Append(CultureInfo.InvariantCulture, $"\\x{{{rune.Value:X}}}");
            }
        }

        return ascii.ToString();
    }

    private static string Date(DateTimeOffset instant) => MimeKit.Utils.DateUtils.FormatDate(instant);
}
