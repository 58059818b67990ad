namespace EmailRouting.Dns;

/// <summary>How long an answer is kept. Pure arithmetic on what the zone says, within bounds of ours.</summary>
internal static class AnswerLifetime
{
    /// <summary>For a question that nobody answered: long enough that a burst of mail does not wait for the same silence, short enough that nothing is deferred for it.</summary>
    public static readonly TimeSpan OfFailure = TimeSpan.FromSeconds(5);

    // A TTL of nothing is a wish that each message of one connection would otherwise pay for.
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(5);

    // Somebody who has changed a record, and had a long TTL on it, does not wait for us longer than this.
    private static readonly TimeSpan MostOfRecords = TimeSpan.FromHours(1);

    // RFC 2308 §5 allows hours; but the owner of a domain has often just added the record that we look for.
    private static readonly TimeSpan MostOfNone = TimeSpan.FromMinutes(1);

    /// <param name="seconds">The least TTL among the records, those of aliases included.</param>
    public static TimeSpan OfRecords(long seconds) => Clamp(seconds, MostOfRecords);

    /// <param name="seconds">The lesser of TTL and minimum of the zone's SOA record (RFC 2308 §5); null where none came.</param>
    public static TimeSpan OfNone(long? seconds) => seconds is null ? Least : Clamp(seconds.Value, MostOfNone);

    private static TimeSpan Clamp(long seconds, TimeSpan most) =>
        TimeSpan.FromSeconds(Math.Clamp(seconds, (long)Least.TotalSeconds, (long)most.TotalSeconds));
}
