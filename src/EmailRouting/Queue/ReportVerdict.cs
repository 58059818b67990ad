using EmailRouting.Smtp;

namespace EmailRouting.Queue;

/// <summary>What a report says of its recipients, in our words.</summary>
/// <param name="Action">RFC 3464 §2.3.3.</param>
/// <param name="Status">RFC 3463, in the class that goes with the action.</param>
/// <param name="Subject">Of the report.</param>
/// <param name="Sentence">What happened, to be read by people.</param>
/// <param name="Reason">Why.</param>
internal sealed record ReportVerdict(string Action, string Status, string Subject, string Sentence, string Reason)
{
    /// <summary>RFC 3461 §5.2.7.3: handed on to a system that is not asked to report.</summary>
    public static ReportVerdict Relayed { get; } = new(
        "relayed", "2.0.0", "Your message has been passed on", "Your message has been passed on for these recipients:",
        "Their mail system has taken it. Whether it was read or delivered further is not known here.");

    /// <summary>It was tried until it was too old.</summary>
    public static ReportVerdict Expired { get; } = new(
        "failed", "5.4.7", "Your message could not be delivered", "Your message could not be delivered to these recipients:",
        "It could not be delivered for as long as we try. We have given up.");

    /// <summary>A permanent refusal: the remote's enhanced code where it is one for a failure, and what that code means.</summary>
    public static ReportVerdict Refused(SmtpReply reply)
    {
        string status = reply.Status.StartsWith("5.", StringComparison.Ordinal) ? reply.Status : "5.0.0";
        return new ReportVerdict(
            "failed", status, "Your message could not be delivered", "Your message could not be delivered to these recipients:", Meaning(status));
    }

    // RFC 3463 §3, by subject; the few details that a person can do something about by themselves.
    private static string Meaning(string status) => status switch
    {
        "5.1.1" or "5.1.10" or "5.1.2" => "The mailbox does not exist, or takes no mail.",
        "5.2.2" => "The mailbox is full.",
        "5.2.3" or "5.3.4" => "The message is too large.",
        "5.4.6" => "The message was going round in a loop.",
        "5.6.3" or "5.6.7" => "The message has a form that the recipient's mail system does not take.",
        _ when status.StartsWith("5.1.", StringComparison.Ordinal) => "The address was refused.",
        _ when status.StartsWith("5.2.", StringComparison.Ordinal) => "The mailbox takes no mail at present.",
        _ when status.StartsWith("5.6.", StringComparison.Ordinal) => "The content of the message was refused.",
        _ when status.StartsWith("5.7.", StringComparison.Ordinal) => "The message was refused for reasons of policy or security.",
        _ => "The message was refused.",
    };
}
