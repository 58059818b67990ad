using EmailRouting.Policy;
using EmailRouting.Storage;

namespace EmailRouting.Rules;

/// <summary>Gathers the rules of one domain, each to its place.</summary>
/// <param name="exact">Rules that are known already; more are added to it.</param>
internal sealed class DomainRulesBuilder(ExactRules exact)
{
    private readonly List<PatternEntry> _patterns = [];
    private readonly List<RuleEntry> _catchAlls = [];
    private readonly Dictionary<(RuleKind Kind, string Text), LocalPartPattern> _compiled = [];

    /// <param name="exact">Rules that are known already.</param>
    /// <param name="old">The version before: its patterns are compiled.</param>
    public DomainRulesBuilder(ExactRules exact, DomainRules? old)
        : this(exact)
    {
        foreach (PatternEntry pattern in old?.Patterns ?? [])
        {
            _compiled[(pattern.Kind, pattern.Text)] = pattern.Pattern;
        }
    }

    /// <summary>A domain that is switched off.</summary>
    public static DomainRules Closed(Domain domain) => new(domain.Id, domain.Name, new ExactRules(0)) { IsOpen = false };

    public void Add(RuleRow rule, RuleEntry entry)
    {
        switch (rule.Kind)
        {
            case RuleKind.Exact:
                exact.Add(rule.LocalKey, entry);
                break;
            case RuleKind.CatchAll:
                _catchAlls.Add(entry);
                break;
            default:
                AddPattern(rule, entry);
                break;
        }
    }

    public DomainRules Build(Domain domain, RecipientDecision.Forward? contact, SenderList senders)
    {
        _patterns.Sort((one, other) => RuleEntry.Compare(one.Entry, other.Entry));
        _catchAlls.Sort(RuleEntry.Compare);
        return new DomainRules(domain.Id, domain.Name, exact)
        {
            SubAddressing = domain.SubAddressing,
            Patterns = [.. _patterns],
            CatchAlls = [.. _catchAlls],
            Contact = contact,
            Policy = DomainPolicy.Of(domain.Id, domain.Policy, senders, domain.Profile),
        };
    }

    private void AddPattern(RuleRow rule, RuleEntry entry)
    {
        string text = rule.Text ?? rule.LocalKey;
        if (!_compiled.TryGetValue((rule.Kind, text), out LocalPartPattern? pattern))
        {
            // One that no longer compiles takes no mail; the book lets none in.
            if (!LocalPartPattern.TryCreate(rule.Kind, text, out pattern, out _))
            {
                return;
            }

            _compiled.Add((rule.Kind, text), pattern);
        }

        _patterns.Add(new PatternEntry(rule.Kind, text, pattern, entry));
    }
}
