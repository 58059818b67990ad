using System.Globalization;
using EmailRouting.Smtp;

namespace EmailRouting.Rules;

/// <summary>Says of one rule after another whether it takes a message, until one does.</summary>
/// <param name="sender">Null is the null reverse-path.</param>
/// <param name="now">When the mail comes.</param>
internal sealed class RuleJudge(EmailAddress? sender, DateTimeOffset now)
{
    private bool _taken;

    /// <param name="pattern">What the rules are for.</param>
    /// <param name="entries">In their order; where there are none, that is said.</param>
    /// <param name="forwardOnly">For a reserved mailbox.</param>
    public IEnumerable<RuleCandidate> Judge(string pattern, IReadOnlyCollection<RuleEntry> entries, bool forwardOnly) =>
        entries.Count == 0
            ? [new RuleCandidate(pattern, null, false, "there is no such rule")]
            : entries.Select(entry => Judge(pattern, entry, forwardOnly));

    public RuleCandidate Judge(string pattern, RuleEntry entry, bool forwardOnly)
    {
        string reason = entry switch
        {
            { State: RuleState.Disabled } => "the rule is disabled",
            { State: RuleState.NoDestination } => "the rule has no verified destination",
            { Decision: not RecipientDecision.Forward } when forwardOnly => "a rule for this address can only forward",
            { Terms: { ExpiresAt: { } expiry } terms } when terms.IsExpired(now) =>
                $"the rule expired at {expiry.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)}",
            { Terms: { } terms } when !terms.Admits(sender) =>
                $"the rule is for mail from {string.Join(" or ", terms.Senders.Select(condition => condition.Text))}, not from {sender?.Text ?? "<>"}",
            _ when _taken => RuleCandidate.Outranked,
            _ => RuleCandidate.First,
        };
        bool wins = ReferenceEquals(reason, RuleCandidate.First);
        _taken |= wins;
        return new RuleCandidate(pattern, entry.RuleId, wins, reason);
    }

    /// <summary>The contact that a reserved mailbox has without a rule of its own.</summary>
    public RuleCandidate JudgeContact(string name)
    {
        var candidate = new RuleCandidate(name, null, !_taken, _taken ? RuleCandidate.Outranked : RuleCandidate.First);
        _taken = true;
        return candidate;
    }
}
