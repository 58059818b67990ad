using System.Diagnostics.Metrics;

namespace EmailRouting.Queue;

/// <summary>Counts of the queue. The gauges show the depth that the runner last looked up: a scrape never touches the database.</summary>
public sealed class QueueMetrics
{
    public const string MeterName = "EmailRouting.Queue";

    private readonly TimeProvider _clock;
    private readonly Counter<long> _claims;
    private readonly Counter<long> _settlements;
    private readonly Histogram<int> _groups;
    private volatile QueueDepth? _depth;

    public QueueMetrics(IMeterFactory meters, TimeProvider clock)
    {
        _clock = clock;
        Meter meter = meters.Create(MeterName);
        _claims = meter.CreateCounter<long>("email.queue.claims", "{delivery}", "Deliveries taken up from the store.");
        _settlements = meter.CreateCounter<long>("email.queue.settlements", "{delivery}", "Attempts written down, by what became of the delivery.");
        _groups = meter.CreateHistogram<int>("email.queue.group", "{change}", "Changes that shared one commit.");
        meter.CreateObservableGauge("email.queue.depth", MeasureDepth, "{delivery}", "Deliveries owed, by state.");
        meter.CreateObservableGauge("email.queue.oldest_due_age", MeasureAge, "s", "How long the longest due delivery waits.");
    }

    /// <summary>As last looked up; null before the first time.</summary>
    public QueueDepth? Depth => _depth;

    public void Claimed(int deliveries) => _claims.Add(deliveries);

    /// <param name="end">Of a closed set: done, retry, turned, failed, lost.</param>
    public void Settled(string end) => _settlements.Add(1, new KeyValuePair<string, object?>("end", end));

    public void Committed(int changes) => _groups.Record(changes);

    public void Looked(QueueDepth depth) => _depth = depth;

    private IEnumerable<Measurement<long>> MeasureDepth() => _depth is not { } depth
        ? []
        :
        [
            new(depth.Queued, new KeyValuePair<string, object?>("state", "queued")),
            new(depth.Held, new KeyValuePair<string, object?>("state", "held")),
            new(depth.Failed, new KeyValuePair<string, object?>("state", "failed")),
        ];

    private IEnumerable<Measurement<double>> MeasureAge() => _depth is not { } depth
        ? []
        : [new(depth.OldestDueAt is { } due && due < _clock.GetUtcNow() ? (_clock.GetUtcNow() - due).TotalSeconds : 0)];
}
