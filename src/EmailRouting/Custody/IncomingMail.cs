using System.Collections.Immutable;
using EmailRouting.Mail;
using EmailRouting.MailAuth;
using EmailRouting.Queue;
using EmailRouting.Smtp;

namespace EmailRouting.Custody;

/// <summary>A message whose final dot has been read, with what the rules decided: what Custody has to answer for.</summary>
/// <param name="Mail">Message and sender.</param>
/// <param name="Targets">Whom it is owed to; empty where every recipient is dropped by a rule.</param>
/// <param name="Recipients">The aliases as the client named them, for the ledger.</param>
/// <param name="IsSenderGone">Asks whether the sending connection has closed: its client may then come again with the same message.</param>
public sealed record IncomingMail(AcceptedMail Mail, ImmutableArray<Target> Targets, ImmutableArray<EmailAddress> Recipients, Func<bool> IsSenderGone)
{
    /// <summary>Who the message is from, as far as that was looked into; null where nobody wanted to know.</summary>
    public AuthenticationResult? Authentication { get; init; }

    /// <summary>Why it is to be held in the queue until the operator has looked at it; null where it may go on.</summary>
    public string? HoldReason { get; init; }

    /// <summary>Owed instead of the message: this was a report to a sender that we had rewritten, and what it says goes on in a report of ours. Null for mail like any other.</summary>
    public OwedReport? Report { get; init; }
}
