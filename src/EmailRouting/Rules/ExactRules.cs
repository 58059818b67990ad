using System.Diagnostics.CodeAnalysis;
using EmailRouting.Smtp;

namespace EmailRouting.Rules;

/// <summary>The rules of one domain that are for one address each, by local part.</summary>
/// <remarks>
/// An address has one rule as a rule, and a million of them must be small; where one has several, for different senders, they are kept beside the others as a
/// list in their order.
/// </remarks>
internal sealed class ExactRules
{
    private readonly Dictionary<string, RuleEntry> _only;
    private readonly Dictionary<string, RuleEntry[]> _several;
    private readonly Dictionary<string, RuleEntry>.AlternateLookup<ReadOnlySpan<char>> _onlyBySpan;
    private readonly Dictionary<string, RuleEntry[]>.AlternateLookup<ReadOnlySpan<char>> _severalBySpan;

    private ExactRules(Dictionary<string, RuleEntry> only, Dictionary<string, RuleEntry[]> several)
    {
        (_only, _several) = (only, several);
        _onlyBySpan = only.GetAlternateLookup<ReadOnlySpan<char>>();
        _severalBySpan = several.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public ExactRules(int capacity)
        : this(new Dictionary<string, RuleEntry>(capacity, StringComparer.OrdinalIgnoreCase), new Dictionary<string, RuleEntry[]>(StringComparer.OrdinalIgnoreCase))
    {
    }

    public int Count => _only.Count + _several.Values.Sum(rules => rules.Length);

    public IEnumerable<RuleEntry> Entries => _only.Values.Concat(_several.Values.SelectMany(rules => rules));

    public ExactRules Copy() => new(new Dictionary<string, RuleEntry>(_only, _only.Comparer), new Dictionary<string, RuleEntry[]>(_several, _several.Comparer));

    public void Add(string localKey, RuleEntry entry)
    {
        if (_several.TryGetValue(localKey, out RuleEntry[]? rules))
        {
            _several[localKey] = Sorted([.. rules, entry]);
        }
        else if (_only.Remove(localKey, out RuleEntry first))
        {
            _several.Add(localKey, Sorted([first, entry]));
        }
        else
        {
            _only.Add(localKey, entry);
        }
    }

    /// <summary>All rules of an address.</summary>
    public void Remove(string localKey)
    {
        _ = _only.Remove(localKey) || _several.Remove(localKey);
    }

    /// <summary>In their order.</summary>
    public RuleEntry[] Find(ReadOnlySpan<char> localPart) =>
        _onlyBySpan.TryGetValue(localPart, out RuleEntry only) ? [only]
        : _severalBySpan.TryGetValue(localPart, out RuleEntry[]? several) ? several
        : [];

    /// <param name="localPart">Of the recipient, or its base.</param>
    /// <param name="sender">Null is the null reverse-path.</param>
    /// <param name="now">When the mail comes.</param>
    /// <param name="forwardOnly">For a reserved mailbox.</param>
    /// <param name="decision">Of the first rule that takes the mail.</param>
    public bool TryMatch(
        ReadOnlySpan<char> localPart, EmailAddress? sender, DateTimeOffset now, bool forwardOnly, [NotNullWhen(true)] out RecipientDecision? decision)
    {
        decision = null;
        if (_onlyBySpan.TryGetValue(localPart, out RuleEntry only))
        {
            decision = Takes(only) ? only.Decision : null;
        }
        else if (_several.Count > 0 && _severalBySpan.TryGetValue(localPart, out RuleEntry[]? several))
        {
            foreach (RuleEntry entry in several)
            {
                if (Takes(entry))
                {
                    decision = entry.Decision;
                    break;
                }
            }
        }

        return decision is not null;

        bool Takes(RuleEntry entry) => entry.Takes(sender, now) && (!forwardOnly || entry.Decision is RecipientDecision.Forward);
    }

    private static RuleEntry[] Sorted(RuleEntry[] rules)
    {
        Array.Sort(rules, RuleEntry.Compare);
        return rules;
    }
}
