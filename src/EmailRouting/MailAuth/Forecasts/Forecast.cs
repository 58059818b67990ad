namespace EmailRouting.MailAuth.Forecasts;

/// <param name="Outlook">In one word.</param>
/// <param name="Sentence">Why, and what would help, to be read by people.</param>
public sealed record Forecast(Outlook Outlook, string Sentence)
{
    /// <summary><c>open good sealed weak bad</c></summary>
    public string Word => Outlook.ToString().ToLowerInvariant();
}
