using System.Diagnostics.CodeAnalysis;
using EmailRouting.Policy;
using EmailRouting.Smtp;
using EmailRouting.Storage;
using Microsoft.Extensions.Logging;

namespace EmailRouting.Rules;

/// <summary>All rules of the installation at one moment: immutable, in memory, asked at RCPT without any I/O (invariant 2).</summary>
public sealed partial class RuleSet
{
    private readonly Dictionary<string, DomainRules> _domains;
    private readonly RecipientDecision _contact;
    private readonly ILogger _logger;

    /// <param name="version">The last change that this set has seen.</param>
    /// <param name="domains">The live ones, by name; those that are switched off too.</param>
    /// <param name="contact">Who gets <c>postmaster</c> without a domain: a forward, or the refusal for want of a contact.</param>
    /// <param name="senders">The allow and block list for all domains.</param>
    /// <param name="logger">Told of branches that lead nowhere.</param>
    internal RuleSet(long version, Dictionary<string, DomainRules> domains, RecipientDecision contact, SenderList senders, ILogger logger)
    {
        (Version, _domains, _contact, Senders, _logger) = (version, domains, contact, senders, logger);
        Lookups = LookupNeeds.Of(domains.Values.Select(domain => domain.Policy));
    }

    internal long Version { get; }

    /// <summary>Rules of live domains, disabled ones included.</summary>
    public int Count => _domains.Values.Sum(domain => domain.Count);

    /// <summary>The allow and block list for all domains.</summary>
    public SenderList Senders { get; }

    /// <summary>What some domain wants to have asked about a client or a sender, before it is known for whom they have come.</summary>
    public LookupNeeds Lookups { get; }

    internal IReadOnlyDictionary<string, DomainRules> Domains => _domains;

    /// <summary>Who gets what is sent to this address. Decisions of plain rules are made once, with the set: the common case allocates nothing.</summary>
    /// <param name="recipient">As the client named it.</param>
    /// <param name="sender">Of the envelope; null is the null reverse-path.</param>
    /// <param name="now">When the mail comes.</param>
    public RecipientDecision Resolve(EmailAddress recipient, EmailAddress? sender, DateTimeOffset now)
    {
        RecipientDecision decision = Match(recipient, sender, now);
        return decision is RecipientDecision.Forward forward && LeadsBack(forward) ? ResolveChain(recipient, sender, now, forward) : decision;
    }

    /// <summary>What decides at the end of DATA on mail for this recipient. Memory only.</summary>
    /// <param name="recipient">As the client named it: the policy is that of the domain that was written to, wherever its rules lead.</param>
    public DomainPolicy PolicyFor(EmailAddress recipient)
    {
        DomainPolicy policy = _domains.TryGetValue(recipient.Domain, out DomainRules? domain) ? domain.Policy : DomainPolicy.Off;
        if (ReferenceEquals(policy, DomainPolicy.Off) && Senders.IsEmpty)
        {
            return policy;
        }

        return recipient.Domain.Length == 0 || ReservedMailbox.Is(recipient.LocalPart) ? policy.Reserved : policy;
    }

    /// <summary>Which rule wins, why the others do not, where the mail ends, and what its sender is told.</summary>
    /// <inheritdoc cref="Resolve"/>
    public RuleExplanation Explain(EmailAddress recipient, EmailAddress? sender, DateTimeOffset now)
    {
        if (!_domains.TryGetValue(recipient.Domain, out DomainRules? domain) ? recipient.Domain.Length > 0 : !domain.IsOpen)
        {
            return new RuleExplanation(recipient, sender, [], [], Refusals.NotOurs);
        }

        IEnumerable<RuleCandidate> candidates = domain is not null
            ? domain.Candidates(recipient.LocalPart, sender, now)
            : [new RuleCandidate("contact of the installation", null, Wins: true, RuleCandidate.First)];
        var walk = new ChainWalk(this, sender, now);
        RecipientDecision decision = walk.Follow(recipient, Match(recipient, sender, now));
        decision = OrContact(recipient, sender, now, decision);
        return new RuleExplanation(recipient, sender, [.. candidates], [.. walk.Steps], decision) { Profile = ProfileOf(recipient.Domain) };
    }

    /// <summary>Senders of which each is taken by a condition of some rule.</summary>
    internal IEnumerable<EmailAddress> SenderExamples() =>
        _domains.Values.SelectMany(domain => domain.Entries).SelectMany(entry => entry.Terms?.Senders ?? []).Select(condition => condition.Example).OfType<EmailAddress>().Distinct();

    /// <summary>Whether mail for the domain is taken here.</summary>
    /// <param name="name">In any case.</param>
    public bool IsOurDomain(string name) => _domains.ContainsKey(name.ToLowerInvariant());

    /// <summary>What is done to the mail that is forwarded for a domain; <c>postmaster</c> without one is passed on as it comes.</summary>
    /// <param name="domain">In lower-case A-labels.</param>
    public ForwardingProfile ProfileOf(string domain) => _domains.TryGetValue(domain, out DomainRules? rules) ? rules.Policy.Profile : ForwardingProfile.Transparent;

    /// <summary>Whether the address is on a domain for which mail is received here.</summary>
    public bool ReceivesFor(EmailAddress address) => _domains.TryGetValue(address.Domain, out DomainRules? domain) && domain.IsOpen;

    internal bool IsOurs(EmailAddress address) => _domains.ContainsKey(address.Domain);

    internal bool TryGetDomain(string name, [NotNullWhen(true)] out DomainRules? domain) => _domains.TryGetValue(name, out domain);

    /// <summary>The decision of the rule for this address alone, chains not followed.</summary>
    internal RecipientDecision Match(EmailAddress address, EmailAddress? sender, DateTimeOffset now) =>
        address.Domain.Length == 0 ? _contact
        : _domains.TryGetValue(address.Domain, out DomainRules? domain) ? domain.Match(address.LocalPart, sender, now, _contact)
        : Refusals.NotOurs;

    private bool LeadsBack(RecipientDecision.Forward forward)
    {
        foreach (ForwardTarget target in forward.Targets)
        {
            if (IsOurs(target.Destination))
            {
                return true;
            }
        }

        return false;
    }

    private RecipientDecision ResolveChain(EmailAddress recipient, EmailAddress? sender, DateTimeOffset now, RecipientDecision.Forward forward)
    {
        var walk = new ChainWalk(this, sender, now);
        RecipientDecision decision = OrContact(recipient, sender, now, walk.Follow(recipient, forward));
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
    private RecipientDecision OrContact(EmailAddress recipient, EmailAddress? sender, DateTimeOffset now, RecipientDecision decision)
    {
        bool known = recipient.Domain.Length == 0 || (ReservedMailbox.Is(recipient.LocalPart) && _domains.TryGetValue(recipient.Domain, out DomainRules? home) && home.IsOpen);
        if (!known || decision is RecipientDecision.Forward)
        {
            return decision;
        }

        RecipientDecision contact = _domains.TryGetValue(recipient.Domain, out DomainRules? domain) && domain.Contact is { } own ? own : _contact;
        return new ChainWalk(this, sender, now).Follow(recipient, contact) is RecipientDecision.Forward reached ? reached : Refusals.NoContact;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 2001, Level = LogLevel.Warning, Message = "Mail for {Recipient} has a branch that leads nowhere: {Address} is {Outcome} (rule {Rule})")]
        public static partial void BranchLeadsNowhere(ILogger logger, EmailAddress recipient, EmailAddress address, ChainOutcome outcome, Guid? rule);
    }
}
