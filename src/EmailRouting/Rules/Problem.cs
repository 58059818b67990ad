namespace EmailRouting.Rules;

/// <summary>One thing that is wrong with an edit.</summary>
/// <param name="Reason">For programs.</param>
/// <param name="Field">Of the draft, as the API names it: <c>matchers</c>, <c>actions</c>, <c>name</c>, … Null where it is no single field.</param>
/// <param name="Sentence">For people: the field, the value, what is allowed.</param>
public sealed record Problem(RefusalReason Reason, string? Field, string Sentence);
