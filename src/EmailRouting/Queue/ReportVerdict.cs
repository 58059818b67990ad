using System.Text.RegularExpressions;
using EmailRouting.Delivery;
using EmailRouting.Smtp;

namespace EmailRouting.Queue;

/// <summary>What a report says of its recipients, in our words.</summary>
/// <param name="Action">RFC 3464 §2.3.3.</param>
/// <param name="Status">RFC 3463, in the class that goes with the action.</param>
/// <param name="Subject">Of the report.</param>
/// <param name="Sentence">What happened, to be read by people.</param>
/// <param name="Reason">Why.</param>
internal sealed partial record ReportVerdict(string Action, string Status, string Subject, string Sentence, string Reason)
{
    /// <summary>RFC 3461 §5.2.7.3: handed on to a system that is not asked to report.</summary>
    public static ReportVerdict Relayed { get; } = new(
        "relayed", "2.0.0", "Your message has been passed on", "Your message has been passed on for these recipients:",
        "Their mail system has taken it. Whether it was read or delivered further is not known here.");

    /// <summary>It was tried until it was too old.</summary>
    public static ReportVerdict Expired { get; } = new(
        "failed", "5.4.7", "Your message could not be delivered", "Your message could not be delivered to these recipients:",
        "It could not be delivered for as long as we try. We have given up.");

    /// <summary>The destination took it, and reported afterwards that it failed.</summary>
    /// <param name="status">Of that report: anybody's words.</param>
    public static ReportVerdict Returned(string status) => Failed(FailureStatus().IsMatch(status) ? status : "5.0.0");

    /// <summary>A permanent refusal: the remote's enhanced code where it is one for a failure, and what that code means.</summary>
    public static ReportVerdict Refused(SmtpReply reply) => Failed(reply.Status.StartsWith("5.", StringComparison.Ordinal) ? reply.Status : "5.0.0");

    private static ReportVerdict Failed(string status) => new(
        "failed", status, "Your message could not be delivered", "Your message could not be delivered to these recipients:", $"{RefusalWords.For(status)}.");

    [GeneratedRegex(@"\A5\.[0-9]{1,3}\.[0-9]{1,3}\z")]
    private static partial Regex FailureStatus();
}
