using System.Collections.Immutable;
using EmailRouting.Activity;
using EmailRouting.Mail;
using EmailRouting.MailAuth.Srs;
using EmailRouting.Network;
using EmailRouting.Smtp;

namespace EmailRouting.Returns;

/// <summary>Finds the message that a report is about. An SRS address tells its sender and its day; the activity log, kept for longer than such an address lives, tells the rest.</summary>
/// <remarks>
/// With a trace in front of the message the report mostly carries our own <c>Received</c> line, and with it the name of the message. Without, it is the newest from this
/// sender that was delivered where the report comes from. Where the log does not know, the sender is told all the same, without the alias.
/// </remarks>
public sealed class ReturnedMessages(ActivityReader activity, OwnIdentity identity, TimeProvider clock)
{
    // Somebody who sends more than this to one domain in a day, and whose report does not say which it means, is told without the alias.
    private const int LookedAt = 50;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(21);

    // A report may come back before the log, which is written in batches, says what it is about.
    private static readonly TimeSpan LogIsBehind = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Null where it is not known.</summary>
    /// <param name="report">What came back.</param>
    /// <param name="origin">What stands in the SRS address.</param>
    /// <param name="domain">Of the SRS address.</param>
    /// <param name="cancellation">Ends the reading.</param>
    internal async Task<ReturnedMessage?> FindAsync(ReturnedReport.Failure report, SrsAnswer.Reversed origin, string domain, CancellationToken cancellation)
    {
        DateTimeOffset now = clock.GetUtcNow();
        bool isOld = now - origin.Day > 2 * Day;
        for (TimeSpan waited = TimeSpan.Zero; ; waited += Pause)
        {
            if (await LookAsync(report, origin, domain, now, cancellation) is { } found)
            {
                return found;
            }

            if (isOld || waited >= LogIsBehind)
            {
                return null;
            }

            await Task.Delay(Pause, clock, cancellation);
        }
    }

    private async Task<ReturnedMessage?> LookAsync(
        ReturnedReport.Failure report, SrsAnswer.Reversed origin, string domain, DateTimeOffset now, CancellationToken cancellation)
    {
        foreach (MailId id in OriginalHeader.IdsIn(report.Header, identity.HostName))
        {
            if (await LookAsync(id, report, origin.Sender, domain, cancellation) is { } named)
            {
                return named;
            }
        }

        // The day is that of the final dot; the transaction may have begun before midnight.
        DateTimeOffset from = (origin.Day ?? now - Longest) - Day;
        var filter = new ActivityFilter { Sender = origin.Sender.Text, Domains = [domain], From = from, Until = origin.Day is { } day ? day + Day : null };
        ActivityPage page = await activity.ListAsync(filter, after: null, LookedAt, cancellation);
        foreach (ActivityEntry entry in page.Entries)
        {
            if (await LookAsync(entry.Id, report, origin.Sender, domain, cancellation) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>Null where it is not that message: another sender's, or one that went elsewhere.</summary>
    private async Task<ReturnedMessage?> LookAsync(MailId id, ReturnedReport.Failure report, EmailAddress sender, string domain, CancellationToken cancellation)
    {
        if (await activity.ShowAsync(id, [domain], cancellation) is not { } story
            || !EmailAddress.TryParse(story.Received.Sender, out EmailAddress? from) || !from.Equals(sender))
        {
            return null;
        }

        AttemptRecord[] delivered = [.. story.Attempts.Where(attempt => attempt.Result == "delivered")];
        AttemptRecord[] there = [.. delivered.Where(attempt => report.Recipients.Any(address => address.Equals(attempt.Destination, StringComparison.OrdinalIgnoreCase)))];

        // Whom the report names may be a step further on than we see; of a message that went to one place it is that place.
        AttemptRecord[] meant = there.Length > 0 ? there : delivered.DistinctBy(attempt => attempt.Destination).Count() == 1 ? delivered : [];
        ImmutableArray<EmailAddress> aliases = [.. meant.SelectMany(attempt => attempt.Aliases.Split(' ')).Distinct(StringComparer.OrdinalIgnoreCase).Select(Parse).OfType<EmailAddress>()];
        bool looksForged = story.Received.Checks.Any(static check => check is { Check: "spf" or "dmarc", Result: "fail" });
        return aliases.IsEmpty ? null : new ReturnedMessage(id, story.Received.At, aliases, looksForged);
    }

    private static EmailAddress? Parse(string text) => EmailAddress.TryParse(text, out EmailAddress? address) ? address : null;
}
