using EmailRouting.Storage;

namespace EmailRouting.Rules;

/// <summary>A rule for many addresses, ready to be asked.</summary>
/// <param name="Kind">Of the pattern.</param>
/// <param name="Text">As it was typed.</param>
/// <param name="Pattern">What it asks of a local part.</param>
/// <param name="Entry">What it leads to.</param>
internal sealed record PatternEntry(RuleKind Kind, string Text, LocalPartPattern Pattern, RuleEntry Entry);
