using System.Collections.Immutable;
using EmailRouting.Mail;
using MimeKit;

namespace EmailRouting.Returns;

/// <summary>What came back to a sender that we had rewritten: a report on a delivery (RFC 3464), or something else.</summary>
internal abstract record ReturnedReport
{
    // A message that holds itself a hundred times over is no report.
    private static readonly ParserOptions Options = new() { MaxMimeDepth = 16 };

    private ReturnedReport()
    {
    }

    /// <summary>No delivery report: nobody has asked for it at such an address.</summary>
    public sealed record Other : ReturnedReport;

    /// <summary>A report of what is no failure: delayed, delivered, relayed, expanded. It is true, and nobody is told: senders are promised none of these by us.</summary>
    public sealed record NoFailure : ReturnedReport;

    /// <summary>It could not be delivered.</summary>
    /// <param name="Status">RFC 3463, as it stands there: anybody's words.</param>
    /// <param name="Recipients">Addresses that the report names; never to be shown.</param>
    /// <param name="Header">Of the message that it is about, with whatever others have added; null where the report has none.</param>
    public sealed record Failure(string Status, ImmutableArray<string> Recipients, HeaderList? Header) : ReturnedReport;

    /// <exception cref="IOException">The spool file cannot be read.</exception>
    public static async Task<ReturnedReport> ReadAsync(MessageContent content, CancellationToken cancellation)
    {
        await using Stream stream = content.OpenRead();
        try
        {
            // Persistent: the parts stay where they are, so a large message that came back whole is not held a second time.
            using MimeMessage message = await new MimeParser(Options, stream, MimeFormat.Entity, persistent: true).ParseMessageAsync(cancellation);
            return message.Body is MultipartReport report && "delivery-status".Equals(report.ReportType, StringComparison.OrdinalIgnoreCase)
                && report.OfType<MessageDeliveryStatus>().FirstOrDefault() is { } status
                    ? Read(status.StatusGroups, report)
                    : new Other();
        }
        catch (FormatException)
        {
            return new Other();
        }
    }

    // The first group is about the message, each of the others about one recipient (RFC 3464 §2.1).
    private static ReturnedReport Read(HeaderListCollection groups, MultipartReport report)
    {
        HeaderList[] recipients = [.. groups.Skip(1).Where(group => group.Contains("Action"))];
        if (recipients.Length == 0)
        {
            return new Other();
        }

        HeaderList? failed = Array.Find(recipients, group => group["Action"]!.Trim().Equals("failed", StringComparison.OrdinalIgnoreCase));
        return failed is null
            ? new NoFailure()
            : new Failure(
                failed["Status"]?.Trim() ?? string.Empty,
                [.. recipients.SelectMany(group => (string?[])[group["Original-Recipient"], group["Final-Recipient"]]).OfType<string>().Select(Address).Distinct()],
                HeaderOf(report));
    }

    // "rfc822; you@inbox.example"
    private static string Address(string typed) => typed[(typed.IndexOf(';', StringComparison.Ordinal) + 1)..].Trim().Trim('<', '>');

    private static HeaderList? HeaderOf(MultipartReport report) => report.Skip(1).Select(part => part switch
    {
        TextRfc822Headers headers => headers.Message?.Headers,
        MessagePart whole => whole.Message?.Headers,
        _ => null,
    }).FirstOrDefault(header => header is not null);
}
