using System.Diagnostics.CodeAnalysis;
using EmailRouting.Smtp;
using Microsoft.Extensions.Logging;

namespace EmailRouting.Rules;

/// <summary>All rules of the installation at one moment: immutable, in memory, asked at RCPT without any I/O (invariant 2).</summary>
public sealed partial class RuleSet
{
    private readonly Dictionary<string, DomainRules> _domains;
    private readonly RecipientDecision _contact;
    private readonly ILogger _logger;

    /// <param name="version">The last change that this set has seen.</param>
    /// <param name="domains">The live ones, by name.</param>
    /// <param name="contact">Who gets <c>postmaster</c> without a domain: a forward, or the refusal for want of a contact.</param>
    /// <param name="logger">Told of branches that lead nowhere.</param>
    internal RuleSet(long version, Dictionary<string, DomainRules> domains, RecipientDecision contact, ILogger logger) =>
        (Version, _domains, _contact, _logger) = (version, domains, contact, logger);

    internal long Version { get; }

    /// <summary>Rules of live domains, disabled ones included.</summary>
    public int Count => _domains.Values.Sum(domain => domain.Count);

    internal IReadOnlyDictionary<string, DomainRules> Domains => _domains;

    /// <summary>Who gets what is sent to this address. Decisions of plain rules are made once, with the set: the common case allocates nothing.</summary>
    public RecipientDecision Resolve(EmailAddress recipient)
    {
        RecipientDecision decision = Match(recipient);
        return decision is RecipientDecision.Forward forward && LeadsBack(forward) ? ResolveChain(recipient, forward) : decision;
    }

    /// <summary>Which rule wins, why the others do not, where the mail ends, and what its sender is told.</summary>
    public RuleExplanation Explain(EmailAddress recipient)
    {
        if (recipient.Domain.Length > 0 && !_domains.ContainsKey(recipient.Domain))
        {
            return new RuleExplanation(recipient, [], [], Refusals.NotOurs);
        }

        IEnumerable<RuleCandidate> candidates = _domains.TryGetValue(recipient.Domain, out DomainRules? domain)
            ? domain.Candidates(recipient.LocalPart)
            : [new RuleCandidate("contact of the installation", null, Wins: true, RuleCandidate.First)];
        var walk = new ChainWalk(this);
        RecipientDecision decision = walk.Follow(recipient, Match(recipient));
        decision = OrContact(recipient, decision);
        return new RuleExplanation(recipient, [.. candidates], [.. walk.Steps], decision);
    }

    internal bool IsOurs(EmailAddress address) => _domains.ContainsKey(address.Domain);

    internal bool TryGetDomain(string name, [NotNullWhen(true)] out DomainRules? domain) => _domains.TryGetValue(name, out domain);

    /// <summary>The decision of the rule for this address alone, chains not followed.</summary>
    internal RecipientDecision Match(EmailAddress address) =>
        address.Domain.Length == 0 ? _contact
        : _domains.TryGetValue(address.Domain, out DomainRules? domain) ? domain.Match(address.LocalPart, _contact)
        : Refusals.NotOurs;

    private bool LeadsBack(RecipientDecision.Forward forward)
    {
        foreach (EmailAddress destination in forward.Destinations)
        {
            if (IsOurs(destination))
            {
                return true;
            }
        }

        return false;
    }

    private RecipientDecision ResolveChain(EmailAddress recipient, RecipientDecision.Forward forward)
    {
        var walk = new ChainWalk(this);
        RecipientDecision decision = OrContact(recipient, walk.Follow(recipient, forward));
        foreach (ChainStep step in walk.Steps)
        {
            if (step.Outcome is not (ChainOutcome.Followed or ChainOutcome.Target or ChainOutcome.Repeated))
            {
                Log.BranchLeadsNowhere(_logger, recipient, step.Address, step.Outcome, step.RuleId);
            }
        }

        return decision;
    }

    /// <summary>Postmaster and abuse are known even where their own rule leads nowhere (invariant 9).</summary>
    private RecipientDecision OrContact(EmailAddress recipient, RecipientDecision decision)
    {
        bool known = recipient.Domain.Length == 0 || (ReservedMailbox.Is(recipient.LocalPart) && IsOurs(recipient));
        if (!known || decision is RecipientDecision.Forward)
        {
            return decision;
        }

        RecipientDecision contact = _domains.TryGetValue(recipient.Domain, out DomainRules? domain) && domain.Contact is { } own ? own : _contact;
        return new ChainWalk(this).Follow(recipient, contact) is RecipientDecision.Forward reached ? reached : Refusals.NoContact;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 2001, Level = LogLevel.Warning, Message = "Mail for {Recipient} has a branch that leads nowhere: {Address} is {Outcome} (rule {Rule})")]
        public static partial void BranchLeadsNowhere(ILogger logger, EmailAddress recipient, EmailAddress address, ChainOutcome outcome, Guid? rule);
    }
}
