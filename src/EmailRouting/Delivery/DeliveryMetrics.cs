using System.Diagnostics.Metrics;

namespace EmailRouting.Delivery;

/// <summary>What delivery counts.</summary>
/// <remarks>What every message counts is a number here that a scrape reads: to tell a listener each time costs as much as a system call.</remarks>
public sealed class DeliveryMetrics
{
    public const string MeterName = "EmailRouting.Delivery";

    private readonly Histogram<double> _duration;
    private readonly Counter<long> _heldBack;
    private long _opened;
    private long _reused;
    private long _delivered;
    private long _refused;
    private long _deferred;

    public DeliveryMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(MeterName);
        meter.CreateObservableCounter("email.delivery.attempts", CountAttempts, unit: "{attempt}", description: "Attempts by outcome.");
        meter.CreateObservableCounter("email.delivery.connections", CountConnections, unit: "{connection}", description: "Connections opened, and taken again from the pool.");
        _duration = meter.CreateHistogram<double>("email.delivery.duration", unit: "s", description: "Duration of an attempt, DNS and connecting included.");
        _heldBack = meter.CreateCounter<long>(
            "email.delivery.providers.held_back", unit: "{change}", description: "Times that a provider was slowed or paused because of what it said of us.");
    }

    public void ConnectionOpened() => Interlocked.Increment(ref _opened);

    public void ConnectionReused() => Interlocked.Increment(ref _reused);

    public void ProviderHeldBack(ProviderState state) =>
        _heldBack.Add(1, new KeyValuePair<string, object?>("state", state == ProviderState.Paused ? "paused" : "slowed"));

    public void Attempted(DeliveryAttempt attempt)
    {
        string outcome;
        switch (attempt.Outcome)
        {
            case DeliveryOutcome.Delivered:
                outcome = "delivered";
                Interlocked.Increment(ref _delivered);
                break;

            case DeliveryOutcome.Refused:
                outcome = "refused";
                Interlocked.Increment(ref _refused);
                break;

            default:
                outcome = "deferred";
                Interlocked.Increment(ref _deferred);
                break;
        }

        _duration.Record(attempt.Elapsed.TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));
    }

    private Measurement<long>[] CountAttempts() =>
    [
        new(Interlocked.Read(ref _delivered), new KeyValuePair<string, object?>("outcome", "delivered")),
        new(Interlocked.Read(ref _refused), new KeyValuePair<string, object?>("outcome", "refused")),
        new(Interlocked.Read(ref _deferred), new KeyValuePair<string, object?>("outcome", "deferred")),
    ];

    private Measurement<long>[] CountConnections() =>
    [
        new(Interlocked.Read(ref _opened), new KeyValuePair<string, object?>("kind", "opened")),
        new(Interlocked.Read(ref _reused), new KeyValuePair<string, object?>("kind", "reused")),
    ];
}
