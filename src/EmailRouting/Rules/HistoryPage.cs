using System.Collections.Immutable;
using EmailRouting.Storage;

namespace EmailRouting.Rules;

/// <summary>Changes of rules, the newest first.</summary>
/// <param name="Events">With <see cref="RuleRecord"/>s as JSON.</param>
/// <param name="Next">For <see cref="HistoryQuery.Before"/>; null where there is nothing older.</param>
public sealed record HistoryPage(ImmutableArray<RuleEvent> Events, long? Next);
