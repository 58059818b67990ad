using EmailRouting.Dns;

namespace EmailRouting.MailAuth.Spf;

/// <summary>Answers whether a client may send for a domain: check_host of RFC 7208 §4.</summary>
/// <param name="resolver">The DNS.</param>
/// <param name="receiver">Our name, for texts that speak of it.</param>
/// <param name="clock">For the limit of time.</param>
public sealed class SpfEvaluator(IResolver resolver, string receiver, TimeProvider clock)
{
    /// <summary>Of one check (§4.6.4).</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private const int MaxExplanation = 500;
    private const int MaxText = 200;

    /// <param name="query">Who sends as whom.</param>
    /// <param name="cancellation">The result is then <see cref="SpfResult.TempError"/>.</param>
    public async ValueTask<SpfOutcome> CheckAsync(SpfQuery query, CancellationToken cancellation)
    {
        query = query.Normalised();
        using var stop = new CancellationTokenSource(Limit, clock);
        using CancellationTokenRegistration registration = cancellation.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), stop);
        var evaluation = new SpfEvaluation(new SpfLookups(resolver, query, stop.Token), query, receiver, clock.GetUtcNow());

        SpfVerdict verdict = await evaluation.CheckHostAsync(query.Domain);
        string explanation = verdict.Result == SpfResult.Fail ? await evaluation.ExplainAsync(verdict, MaxExplanation) : string.Empty;
        return new SpfOutcome(
            verdict.Result, query.Identity, Printable(query.Domain), Printable(verdict.Mechanism), Printable(explanation, MaxExplanation), Printable(verdict.Problem));
    }

    private static string Printable(string text, int most = MaxText)
    {
        text = text.Length > most ? text[..most] : text;
        return text.AsSpan().ContainsAnyExceptInRange(' ', '~') ? string.Concat(text.Select(static c => c is >= ' ' and <= '~' ? c : '?')) : text;
    }
}
