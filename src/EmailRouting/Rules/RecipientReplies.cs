using System.Diagnostics;
using EmailRouting.Smtp;

namespace EmailRouting.Rules;

/// <summary>The one place where a decision of the rules becomes SMTP.</summary>
public static class RecipientReplies
{
    private static readonly SmtpReply Accepted = new(250, "2.1.5", "Recipient OK");

    /// <summary>A dropped recipient is answered like any other: the sender is not told.</summary>
    public static SmtpReply ToReply(this RecipientDecision decision) => decision switch
    {
        RecipientDecision.Forward or RecipientDecision.Drop or RecipientDecision.Return => Accepted,
        RecipientDecision.Refuse refuse => refuse.Reply,
        _ => throw new UnreachableException(),
    };
}
