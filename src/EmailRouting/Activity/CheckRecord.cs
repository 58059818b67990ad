namespace EmailRouting.Activity;

/// <summary>What one check found out about a message, as it is kept.</summary>
/// <param name="Check"><c>spf dkim dmarc arc sender_domain block_list list rate_limit greylist rspamd</c>, or <see cref="Forecast"/>.</param>
/// <param name="Result">In one word, such as <c>pass</c>.</param>
/// <param name="Domain">Whose; empty where there is none.</param>
/// <param name="Reason">In a few words; may be empty.</param>
/// <param name="Action">What came of it: <c>off tag quarantine reject</c>; <c>off</c> where there was nothing to act on.</param>
public sealed record CheckRecord(string Check, string Result, string Domain, string Reason, string Action)
{
    /// <summary>No check but what follows from them: whether the destination will be able to authenticate the message (<c>open good sealed weak bad</c>), and why.</summary>
    public const string Forecast = "forecast";
}
