using System.Collections.Immutable;
using EmailRouting.Policy;
using EmailRouting.Smtp;
using EmailRouting.Storage;

namespace EmailRouting.Rules;

/// <summary>The rules of one domain, in the order of resolution (invariant 4). Immutable once it is part of a <see cref="RuleSet"/>.</summary>
internal sealed class DomainRules
{
    private readonly ExactRules _exact;

    /// <param name="id">Of the domain.</param>
    /// <param name="name">Of the domain, in A-labels.</param>
    /// <param name="exact">Not to be changed any more.</param>
    public DomainRules(Guid id, string name, ExactRules exact) => (Id, Name, _exact) = (id, name, exact);

    public Guid Id { get; }

    public string Name { get; }

    /// <summary>False where its owner has switched it off: nothing is received for it, and it is ours all the same. Such a domain is held without its rules.</summary>
    public bool IsOpen { get; init; } = true;

    public bool SubAddressing { get; init; }

    /// <summary>In their order.</summary>
    public ImmutableArray<PatternEntry> Patterns { get; init; } = [];

    /// <summary>In their order: at most one of them is for mail from anybody.</summary>
    public ImmutableArray<RuleEntry> CatchAlls { get; init; } = [];

    /// <summary>Where <c>postmaster@</c> and <c>abuse@</c> go without a rule of their own; null: where the installation's go.</summary>
    public RecipientDecision.Forward? Contact { get; init; }

    /// <summary>What is done with the mail that arrives for it.</summary>
    public DomainPolicy Policy { get; init; } = DomainPolicy.Off;

    public int Count => _exact.Count + Patterns.Length + CatchAlls.Length;

    public IEnumerable<RuleEntry> Entries => _exact.Entries.Concat(Patterns.Select(pattern => pattern.Entry)).Concat(CatchAlls);

    /// <summary>Every exact rule, to begin the next version of this domain with. A million entries take some ten milliseconds.</summary>
    public ExactRules CopyExact() => _exact.Copy();

    /// <summary>The decision of the first rule that applies. Allocates nothing, but for what a regular expression may need.</summary>
    /// <param name="localPart">Of the recipient.</param>
    /// <param name="sender">Null is the null reverse-path.</param>
    /// <param name="now">When the mail comes.</param>
    /// <param name="installationContact">Stands in for <see cref="Contact"/>.</param>
    public RecipientDecision Match(string localPart, EmailAddress? sender, DateTimeOffset now, RecipientDecision installationContact)
    {
        if (!IsOpen)
        {
            return Refusals.NotOurs;
        }

        bool reserved = ReservedMailbox.Is(localPart);
        if (_exact.TryMatch(localPart, sender, now, forwardOnly: reserved, out RecipientDecision? decision))
        {
            return decision;
        }

        if (reserved)
        {
            return Contact ?? installationContact;
        }

        foreach (PatternEntry pattern in Patterns)
        {
            if (pattern.Entry.Takes(sender, now) && pattern.Pattern.IsMatch(localPart))
            {
                return pattern.Entry.Decision;
            }
        }

        if (SubAddressing && TryGetBase(localPart, out ReadOnlySpan<char> mailbox) && _exact.TryMatch(mailbox, sender, now, forwardOnly: false, out decision))
        {
            return decision;
        }

        foreach (RuleEntry catchAll in CatchAlls)
        {
            if (catchAll.Takes(sender, now))
            {
                return catchAll.Decision;
            }
        }

        return Refusals.UnknownAddress;
    }

    /// <summary>The same order as <see cref="Match"/>, told: every rule that could have taken the address, and why it does or does not.</summary>
    public IEnumerable<RuleCandidate> Candidates(string localPart, EmailAddress? sender, DateTimeOffset now)
    {
        var judge = new RuleJudge(sender, now);
        bool reserved = ReservedMailbox.Is(localPart);
        foreach (RuleCandidate candidate in judge.Judge($"{localPart}@{Name}", _exact.Find(localPart), forwardOnly: reserved))
        {
            yield return candidate;
        }

        if (reserved)
        {
            yield return judge.JudgeContact($"contact of {Name}");
        }

        foreach (PatternEntry pattern in Patterns.Where(pattern => pattern.Pattern.IsMatch(localPart)))
        {
            yield return judge.Judge(RulePattern.Show(pattern.Kind, pattern.Text, Name), pattern.Entry, forwardOnly: false);
        }

        foreach (RuleCandidate candidate in CandidatesOfBase(localPart, judge))
        {
            yield return candidate;
        }

        foreach (RuleCandidate candidate in judge.Judge(RulePattern.Show(RuleKind.CatchAll, string.Empty, Name), CatchAlls, forwardOnly: false))
        {
            yield return candidate;
        }
    }

    /// <summary>Every rule that could take the address, from whomever and whenever the mail comes.</summary>
    public IEnumerable<RuleEntry> Possible(string localPart) =>
        !IsOpen ? []
        : [
            .. _exact.Find(localPart),
            .. Patterns.Where(pattern => pattern.Pattern.IsMatch(localPart)).Select(pattern => pattern.Entry),
            .. SubAddressing && TryGetBase(localPart, out ReadOnlySpan<char> mailbox) ? _exact.Find(mailbox) : [],
            .. CatchAlls,
        ];

    private IEnumerable<RuleCandidate> CandidatesOfBase(string localPart, RuleJudge judge)
    {
        if (!TryGetBase(localPart, out ReadOnlySpan<char> mailbox))
        {
            return [];
        }

        string pattern = $"{mailbox}@{Name}";
        return SubAddressing
            ? judge.Judge(pattern, _exact.Find(mailbox), forwardOnly: false)
            : [new RuleCandidate(pattern, null, false, "sub-addressing is off for this domain")];
    }

    private static bool TryGetBase(string localPart, out ReadOnlySpan<char> mailbox)
    {
        int plus = localPart.IndexOf('+', StringComparison.Ordinal);
        mailbox = plus > 0 ? localPart.AsSpan(0, plus) : default;
        return plus > 0;
    }
}
