using EmailRouting.Mail;
using EmailRouting.Smtp;

namespace EmailRouting.Queue;

/// <summary>What a report is about: as much of a message as its sender is told.</summary>
/// <param name="Sender">Who is told.</param>
/// <param name="Domain">Of the aliases.</param>
/// <param name="Acceptance">When we took the message, and what we called it in our 250; null where that is not known any more.</param>
/// <param name="EnvelopeId">ENVID of MAIL FROM; null where the sender gave none.</param>
/// <param name="Header">Whole lines; empty where nothing of it is known.</param>
internal sealed record ReportSubject(EmailAddress Sender, string Domain, (MailId Id, DateTimeOffset At)? Acceptance, string? EnvelopeId, byte[] Header)
{
    // A header longer than this is cut at a line: the report is about the message, not a copy of it.
    private const int LongestHeader = 64 * 1024;

    /// <param name="mail">It has a sender.</param>
    public static ReportSubject Of(AcceptedMail mail) => new(
        mail.Envelope.Sender ?? throw new ArgumentException("Nobody is told about mail from nobody", nameof(mail)),
        string.Empty,
        (mail.Id, mail.ReceivedAt),
        mail.Envelope.Parameters.EnvelopeId,
        ReadHeader(mail.Content));

    // Up to the first empty line, and in whole lines: no octet of the body is in a report.
    private static byte[] ReadHeader(MessageContent content)
    {
        byte[] start = new byte[(int)Math.Min(content.Length, LongestHeader)];
        using Stream stream = content.OpenRead();
        int read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        ReadOnlySpan<byte> bytes = start.AsSpan(0, read);
        if (bytes.StartsWith("\r\n"u8))
        {
            return [];
        }

        int end = bytes.IndexOf("\r\n\r\n"u8);
        return bytes[..((end < 0 ? bytes.LastIndexOf("\r\n"u8) : end) + 2)] is { Length: > 1 } header ? header.ToArray() : [];
    }
}
