using System.Collections.Immutable;
using EmailRouting.Smtp;

namespace EmailRouting.Rules;

/// <summary>What the rules say about one recipient.</summary>
public abstract record RecipientDecision
{
    private RecipientDecision()
    {
    }

    /// <summary>Accepted, and owed to these destinations.</summary>
    /// <param name="Targets">At least one; none of them is on a domain of ours, no destination comes twice.</param>
    /// <param name="RuleId">Null where it was no rule but the contact of invariant 9.</param>
    public sealed record Forward(ImmutableArray<ForwardTarget> Targets, Guid? RuleId) : RecipientDecision
    {
        public IEnumerable<EmailAddress> Destinations => Targets.Select(target => target.Destination);
    }

    /// <summary>Accepted and gone, because a rule says so.</summary>
    public sealed record Drop(Guid RuleId) : RecipientDecision;

    /// <summary>Accepted and read here: a report to an address that we made of a sender's (SRS). No rule decides it.</summary>
    public sealed record Return : RecipientDecision;

    /// <summary>Refused at RCPT: unknown, rejected by a rule, a loop, not ours to relay.</summary>
    public sealed record Refuse(SmtpReply Reply, Guid? RuleId) : RecipientDecision;
}
