namespace EmailRouting.Rules;

/// <summary>The rules of one live domain, in the order of resolution (invariant 4). Immutable once it is part of a <see cref="RuleSet"/>.</summary>
internal sealed class DomainRules
{
    private readonly Dictionary<string, RuleEntry> _exact;
    private readonly Dictionary<string, RuleEntry>.AlternateLookup<ReadOnlySpan<char>> _bySpan;

    /// <param name="id">Of the domain.</param>
    /// <param name="name">Of the domain, in A-labels.</param>
    /// <param name="exact">By local part; must compare with <see cref="StringComparer.OrdinalIgnoreCase"/>.</param>
    public DomainRules(Guid id, string name, Dictionary<string, RuleEntry> exact)
    {
        Id = id;
        Name = name;
        _exact = exact;
        _bySpan = exact.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public Guid Id { get; }

    public string Name { get; }

    public bool SubAddressing { get; init; }

    public RuleEntry? CatchAll { get; init; }

    /// <summary>Where <c>postmaster@</c> and <c>abuse@</c> go without a rule of their own; null: where the installation's go.</summary>
    public RecipientDecision.Forward? Contact { get; init; }

    public int Count => _exact.Count + (CatchAll is null ? 0 : 1);

    /// <summary>Every exact rule, to begin the next version of this domain with. A million entries take some ten milliseconds.</summary>
    public Dictionary<string, RuleEntry> CopyExact() => new(_exact, _exact.Comparer);

    /// <summary>The decision of the first rule that applies. Allocates nothing.</summary>
    /// <param name="localPart">Of the recipient.</param>
    /// <param name="installationContact">Stands in for <see cref="Contact"/>.</param>
    public RecipientDecision Match(string localPart, RecipientDecision installationContact)
    {
        if (_exact.TryGetValue(localPart, out RuleEntry entry) && entry.IsActive && (entry.Decision is RecipientDecision.Forward || !ReservedMailbox.Is(localPart)))
        {
            return entry.Decision;
        }

        if (ReservedMailbox.Is(localPart))
        {
            return Contact ?? installationContact;
        }

        if (SubAddressing && TryGetBase(localPart, out ReadOnlySpan<char> mailbox) && _bySpan.TryGetValue(mailbox, out entry) && entry.IsActive)
        {
            return entry.Decision;
        }

        return CatchAll is { IsActive: true } catchAll ? catchAll.Decision : Refusals.UnknownAddress;
    }

    /// <summary>The same order as <see cref="Match"/>, told: every rule that could have taken the address, and why it does or does not.</summary>
    public IEnumerable<RuleCandidate> Candidates(string localPart)
    {
        bool taken = false;
        bool reserved = ReservedMailbox.Is(localPart);
        yield return Judge($"{localPart}@{Name}", _exact.TryGetValue(localPart, out RuleEntry exact) ? exact : null, forwardOnly: reserved, ref taken);
        if (reserved)
        {
            yield return new RuleCandidate($"contact of {Name}", null, !taken, taken ? RuleCandidate.Outranked : RuleCandidate.First);
            taken = true;
        }

        if (TryGetBase(localPart, out ReadOnlySpan<char> mailbox))
        {
            string pattern = $"{mailbox}@{Name}";
            yield return SubAddressing
                ? Judge(pattern, _bySpan.TryGetValue(mailbox, out RuleEntry entry) ? entry : null, forwardOnly: false, ref taken)
                : new RuleCandidate(pattern, null, false, "sub-addressing is off for this domain");
        }

        yield return Judge($"*@{Name}", CatchAll, forwardOnly: false, ref taken);
    }

    private static RuleCandidate Judge(string pattern, RuleEntry? entry, bool forwardOnly, ref bool taken)
    {
        string reason = entry switch
        {
            null => "there is no such rule",
            { State: RuleState.Disabled } => "the rule is disabled",
            { State: RuleState.NoDestination } => "the rule has no verified destination",
            { Decision: not RecipientDecision.Forward } when forwardOnly => "a rule for this address can only forward",
            _ when taken => RuleCandidate.Outranked,
            _ => RuleCandidate.First,
        };
        bool wins = ReferenceEquals(reason, RuleCandidate.First);
        taken |= wins;
        return new RuleCandidate(pattern, entry?.RuleId, wins, reason);
    }

    private static bool TryGetBase(string localPart, out ReadOnlySpan<char> mailbox)
    {
        int plus = localPart.IndexOf('+', StringComparison.Ordinal);
        mailbox = plus > 0 ? localPart.AsSpan(0, plus) : default;
        return plus > 0;
    }
}
