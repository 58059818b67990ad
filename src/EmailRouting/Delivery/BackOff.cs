namespace EmailRouting.Delivery;

/// <summary>How long a host that could not be spoken with is left alone. Pure arithmetic: the clock is the caller's.</summary>
internal static class BackOff
{
    private const int MaxDoublings = 6;

    public static readonly TimeSpan First = TimeSpan.FromSeconds(5);

    /// <param name="failures">In a row, at least one.</param>
    /// <param name="jitter">In [0, 1): senders that fell away together do not come back together.</param>
    public static TimeSpan After(int failures, double jitter) => First * (1 << Math.Min(failures - 1, MaxDoublings)) * (1 + (jitter / 4));
}
