namespace EmailRouting.MailAuth.Spf;

/// <summary>What a record came to, on the way to an <see cref="SpfOutcome"/>.</summary>
/// <param name="Result">The verdict.</param>
/// <param name="Domain">Whose record it was, after redirects.</param>
/// <param name="Mechanism">The term that decided.</param>
/// <param name="Explanation">Where the text for a client that fails is found.</param>
/// <param name="Problem">What went wrong.</param>
internal readonly record struct SpfVerdict(SpfResult Result, string Domain, string Mechanism, MacroString? Explanation, string Problem)
{
    public static SpfVerdict Without(SpfResult result, string domain, string problem) => new(result, domain, string.Empty, Explanation: null, problem);
}
