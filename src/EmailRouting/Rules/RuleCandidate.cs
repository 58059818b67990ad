namespace EmailRouting.Rules;

/// <summary>A rule that could take an address, and whether it does.</summary>
/// <param name="Pattern">What it is for, as people write it.</param>
/// <param name="RuleId">Null where there is no such rule, or where it is no rule but the contact of invariant 9.</param>
/// <param name="Wins">At most one candidate does.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record RuleCandidate(string Pattern, Guid? RuleId, bool Wins, string Reason)
{
    internal const string First = "the first that applies";
    internal const string Outranked = "another goes first";
}
