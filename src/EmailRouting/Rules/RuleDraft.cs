namespace EmailRouting.Rules;

/// <summary>A rule as somebody wants it, nothing checked.</summary>
/// <param name="Pattern"><c>user@domain</c>, or <c>*@domain</c> for the catch-all.</param>
/// <param name="Action">What it is to do.</param>
public sealed record RuleDraft(string Pattern, DraftAction Action)
{
    public string? Name { get; init; }

    public int Priority { get; init; }

    public bool Enabled { get; init; } = true;
}
