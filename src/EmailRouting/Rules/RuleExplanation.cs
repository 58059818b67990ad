using System.Collections.Immutable;
using EmailRouting.Smtp;
using EmailRouting.Storage;

namespace EmailRouting.Rules;

/// <summary>Why mail for an address goes where it goes.</summary>
/// <param name="Address">The recipient.</param>
/// <param name="Sender">Null is the null reverse-path.</param>
/// <param name="Candidates">Every rule that could take it, in the order of resolution; patterns only where they fit.</param>
/// <param name="Steps">From the recipient to each inbox; empty where the domain is not ours.</param>
/// <param name="Decision">What <see cref="RuleSet.Resolve"/> says.</param>
public sealed record RuleExplanation(
    EmailAddress Address,
    EmailAddress? Sender,
    ImmutableArray<RuleCandidate> Candidates,
    ImmutableArray<ChainStep> Steps,
    RecipientDecision Decision)
{
    /// <summary>What is done to mail for the address where it is forwarded.</summary>
    public ForwardingProfile Profile { get; init; }

    /// <summary>What the sender gets at RCPT.</summary>
    public SmtpReply Reply => Decision.ToReply();
}
