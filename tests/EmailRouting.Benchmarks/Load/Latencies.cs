namespace EmailRouting.Benchmarks.Load;

/// <summary>Durations, sorted. A percentile is the least of them that so many are not above.</summary>
internal sealed class Latencies
{
    private readonly TimeSpan[] _sorted;

    public Latencies(IEnumerable<TimeSpan> durations)
    {
        _sorted = [.. durations];
        Array.Sort(_sorted);
    }

    public TimeSpan Max => Percentile(100);

    public TimeSpan Percentile(int percent) => _sorted.Length == 0 ? TimeSpan.Zero : _sorted[Math.Max(0, ((_sorted.Length * percent) + 99) / 100 - 1)];

    public override string ToString() =>
        FormattableString.Invariant(
            $"p50 {Percentile(50).TotalMilliseconds:F2} p95 {Percentile(95).TotalMilliseconds:F2} p99 {Percentile(99).TotalMilliseconds:F2} max {Max.TotalMilliseconds:F2} ms");
}
