using System.Collections.Immutable;
using System.Text;
using EmailRouting.Smtp;
using MimeKit;

namespace EmailRouting.Web.Inbox;

/// <summary>A mail in words, for a page. All of it is anybody's: a page encodes it, and never shows HTML as HTML.</summary>
/// <param name="Headers">Name and decoded value, in the order of the mail.</param>
/// <param name="Text">Of the plain text part; null where there is none.</param>
/// <param name="HasHtml">Whether it has a part in HTML.</param>
/// <param name="Attachments">Their names.</param>
/// <param name="Source">The mail as it is, or its beginning.</param>
/// <param name="IsSourceWhole">Whether <paramref name="Source"/> is all of it.</param>
public sealed record ReadableMail(
    ImmutableArray<KeyValuePair<string, string>> Headers,
    string? Text,
    bool HasHtml,
    ImmutableArray<string> Attachments,
    string Source,
    bool IsSourceWhole)
{
    // What a browser shows without effort.
    private const int MaxShown = 256 * 1024;

    public static ReadableMail Of(InboxMail mail)
    {
        bool isWhole = mail.Content.Length <= MaxShown;
        string source = Lines(Encoding.UTF8.GetString(mail.Content.Span[..Math.Min(mail.Content.Length, MaxShown)]));

        // Not those of the parsed message: it keeps the ones about its body elsewhere.
        ImmutableArray<KeyValuePair<string, string>> headers =
            [.. mail.ReadHeaders().Select(h => KeyValuePair.Create(Printable.Line(h.Field), Printable.Line(h.Value)))];
        try
        {
            using Stream stream = mail.OpenContent();
            using MimeMessage message = MimeMessage.Load(stream);
            string? text = message.TextBody;
            return new ReadableMail(
                headers,
                text is null ? null : Lines(text.Length <= MaxShown ? text : text[..MaxShown]),
                message.HtmlBody is not null,
                [.. message.Attachments.Select(a => Printable.Line(a.ContentDisposition?.FileName ?? a.ContentType.Name ?? a.ContentType.MimeType))],
                source,
                isWhole);
        }
        catch (FormatException)
        {
            // Nothing but the source can be shown.
            return new ReadableMail(headers, null, HasHtml: false, [], source, isWhole);
        }
    }

    private static string Lines(string text) =>
        string.Join('\n', text.Replace("\t", "    ", StringComparison.Ordinal).Split('\n').Select(line => Printable.Line(line.TrimEnd('\r'))));
}
