using EmailRouting.Smtp;

namespace EmailRouting.Rules;

/// <summary>A rule as the set holds it: the decision it leads to, made once. A value, since a million of them are kept.</summary>
/// <param name="Decision">Of the rule.</param>
/// <param name="State">Of the rule.</param>
/// <param name="Terms">Null for a rule of priority 0 that takes mail from anybody and does not expire.</param>
internal readonly record struct RuleEntry(RecipientDecision Decision, RuleState State, RuleTerms? Terms)
{
    public Guid? RuleId => Decision switch
    {
        RecipientDecision.Forward forward => forward.RuleId,
        RecipientDecision.Drop drop => drop.RuleId,
        RecipientDecision.Refuse refuse => refuse.RuleId,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <param name="sender">Null is the null reverse-path.</param>
    /// <param name="now">When the mail comes.</param>
    public bool Takes(EmailAddress? sender, DateTimeOffset now) =>
        State == RuleState.Active && (Terms is null || (!Terms.IsExpired(now) && Terms.Admits(sender)));

    /// <summary>
    /// The order within a kind (invariant 4): the lower priority number; then the rule for certain senders, which behind one for all senders could never win;
    /// then the older rule.
    /// </summary>
    public static int Compare(RuleEntry one, RuleEntry other)
    {
        int order = (one.Terms?.Priority ?? 0).CompareTo(other.Terms?.Priority ?? 0);
        order = order != 0 ? order : IsForAnybody(one).CompareTo(IsForAnybody(other));
        return order != 0 ? order : one.RuleId.GetValueOrDefault().CompareTo(other.RuleId.GetValueOrDefault());
    }

    private static bool IsForAnybody(RuleEntry entry) => entry.Terms is null or { Senders.Count: 0 };
}
