namespace EmailRouting.Diagnosis;

/// <summary>One thing that was looked at.</summary>
/// <param name="Subject">What it is about: a setting, a port, a domain.</param>
/// <param name="Level">How much it matters.</param>
/// <param name="Seen">What was seen.</param>
/// <param name="Why">Why it matters; null where all is well.</param>
/// <param name="Mend">What to do, to the letter: the record to publish, the command to type; null where all is well.</param>
public sealed record Finding(string Subject, FindingLevel Level, string Seen, string? Why = null, string? Mend = null)
{
    public static Finding Ok(string subject, string seen) => new(subject, FindingLevel.Ok, seen);

    public static Finding Warn(string subject, string seen, string why, string mend) => new(subject, FindingLevel.Warn, seen, why, mend);

    public static Finding Fail(string subject, string seen, string why, string mend) => new(subject, FindingLevel.Fail, seen, why, mend);
}
