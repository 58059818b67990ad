namespace EmailRouting.Rules;

/// <summary>Which changes to list, the newest first.</summary>
/// <param name="Domain">Only of one domain; null: of all.</param>
/// <param name="Rule">Only of one rule, whether or not it is still there; null: of all.</param>
/// <param name="Before">Only those with a lower number: where the page before ended; null: from the newest on.</param>
/// <param name="Limit">From 1 on.</param>
public sealed record HistoryQuery(Guid? Domain, Guid? Rule, long? Before, int Limit);
