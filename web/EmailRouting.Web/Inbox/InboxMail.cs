using System.Collections.Immutable;
using System.Security.Cryptography;
using EmailRouting.Smtp;
using MimeKit;

namespace EmailRouting.Web.Inbox;

/// <summary>One mail as it arrived at the local inbox.</summary>
public sealed class InboxMail
{
    public InboxMail(DateTimeOffset at, string sender, ImmutableArray<string> recipients, ReadOnlyMemory<byte> content)
    {
        Id = Guid.CreateVersion7(at).ToString("N");
        At = at;
        Sender = sender;
        Recipients = recipients;
        Content = content;
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(content.Span));

        HeaderList headers = ReadHeaders();
        From = Printable.Line(headers["From"] ?? string.Empty);
        To = Printable.Line(headers["To"] ?? string.Empty);
        Subject = Printable.Line(headers["Subject"] ?? string.Empty);
    }

    /// <summary>Also in the 250 that it was answered with, by which the log of the router knows it.</summary>
    public string Id { get; }

    public DateTimeOffset At { get; }

    /// <summary>Of the envelope; <c>&lt;&gt;</c> for none.</summary>
    public string Sender { get; }

    /// <summary>Of the envelope.</summary>
    public ImmutableArray<string> Recipients { get; }

    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>Of <see cref="Content"/>, in lower-case hexadecimal.</summary>
    public string Sha256 { get; }

    /// <summary>As the header says, decoded; anybody's words.</summary>
    public string From { get; }

    /// <summary>As the header says, decoded; anybody's words.</summary>
    public string To { get; }

    /// <summary>As the header says, decoded; anybody's words.</summary>
    public string Subject { get; }

    internal Stream OpenContent() => new MemoryStream(Content.ToArray(), writable: false);

    /// <summary>All that stand above the first empty line, in their order.</summary>
    internal HeaderList ReadHeaders()
    {
        try
        {
            using Stream stream = OpenContent();
            return HeaderList.Load(stream);
        }
        catch (FormatException)
        {
            // A mail need not have headers at all.
            return [];
        }
    }
}
