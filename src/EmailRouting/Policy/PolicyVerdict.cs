using System.Collections.Immutable;
using EmailRouting.MailAuth;
using EmailRouting.Smtp;

namespace EmailRouting.Policy;

/// <summary>What a domain's policy says about a message.</summary>
/// <param name="Refusal">To the final dot; null where the message is to be taken.</param>
/// <param name="HoldReason">Why it is to be held in the queue, in our words; null where it may go on.</param>
/// <param name="Findings">In the order of the checks.</param>
/// <param name="Authentication">Null where the message was not read for it.</param>
public sealed record PolicyVerdict(SmtpReply? Refusal, string? HoldReason, ImmutableArray<Finding> Findings, AuthenticationResult? Authentication)
{
    /// <summary>Of a message that nobody wanted looked at.</summary>
    public static readonly PolicyVerdict Unchecked = new(Refusal: null, HoldReason: null, [], Authentication: null);

    /// <summary>SPF or DMARC say that the sender is not who he claims to be: a report would go to somebody who has sent nothing (promise 2).</summary>
    public bool LooksForged { get; init; }
}
