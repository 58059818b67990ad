using EmailRouting.Smtp;

namespace EmailRouting.Rules;

/// <summary>One address on the way from a recipient to its inboxes.</summary>
/// <param name="Depth">0 is the recipient.</param>
/// <param name="Address">On a domain of ours, or a destination.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="RuleId">The rule that decided; null where none did.</param>
public sealed record ChainStep(int Depth, EmailAddress Address, ChainOutcome Outcome, Guid? RuleId);
