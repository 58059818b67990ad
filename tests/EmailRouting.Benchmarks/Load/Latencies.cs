using System.Globalization;

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

    public override string ToString()
    {
        static string Milliseconds(TimeSpan duration) => duration.TotalMilliseconds.ToString("F2", CultureInfo.InvariantCulture);
        return $"p50 {Milliseconds(Percentile(50))} p95 {Milliseconds(Percentile(95))} p99 {Milliseconds(Percentile(99))} max {Milliseconds(Max)} ms";
    }
}
