using EmailRouting.Mail;

namespace EmailRouting.Queue;

/// <summary>When to try again, and when to stop. Pure arithmetic: the clock and the dice are the caller's.</summary>
public static class RetrySchedule
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(30);

    /// <summary>
    /// How long a destination is tried, counted from where the delivery's age counts from: until it is given up, or, where the rule names a time for it, until the delivery
    /// turns to its fallback.
    /// </summary>
    public static TimeSpan Term(QueueOptions options, Target target) =>
        target is { TurnedWhenLate: not null, Fallback.After: { } after } && after < options.GiveUpAfter ? after : options.GiveUpAfter;

    /// <summary>The next attempt, or null when the term is over.</summary>
    /// <param name="options">The curve.</param>
    /// <param name="term">How long this destination is tried, as <see cref="Term"/> says.</param>
    /// <param name="agesFrom">Where its age counts from.</param>
    /// <param name="attempts">Made so far, the one that has just failed included; at least 1.</param>
    /// <param name="now">The present.</param>
    /// <param name="jitter">In [0, 1): spreads out a backlog that fell due together.</param>
    public static DateTimeOffset? Next(QueueOptions options, TimeSpan term, DateTimeOffset agesFrom, int attempts, DateTimeOffset now, double jitter)
    {
        if (now - agesFrom >= term)
        {
            return null;
        }

        // Capped before it is multiplied out: 2^40 of anything is no delay anyone meant.
        TimeSpan delay = options.FirstRetry * Math.Pow(2, Math.Clamp(attempts - 1, 0, 20));
        DateTimeOffset next = now + (delay < options.LongestRetry ? delay : options.LongestRetry) * (1 + jitter / 4);

        // The last attempt is made at the end, not up to hours after it: what is to turn to a fallback after ten minutes does so after ten minutes.
        DateTimeOffset end = agesFrom + term;
        return next < end ? next : end;
    }

    /// <summary>
    /// When to look again at a destination that is in back-off, no attempt having been made. A quarter of the age: the longer a backlog waits the more rarely each of
    /// its rows is touched, so a million of them behind a dead host cost no more than a few hundred writes a second. Never past the end of the term.
    /// </summary>
    public static DateTimeOffset Postponed(QueueOptions options, TimeSpan term, DateTimeOffset agesFrom, DateTimeOffset now, double jitter)
    {
        TimeSpan pause = (now - agesFrom) / 4;
        TimeSpan shortest = options.FirstRetry < ShortestPause ? options.FirstRetry : ShortestPause;
        pause = pause < shortest ? shortest : pause > LongestPause ? LongestPause : pause;
        DateTimeOffset next = now + pause * (1 + jitter / 4);
        DateTimeOffset end = agesFrom + term;
        return next < end || end <= now ? next : end;
    }
}
