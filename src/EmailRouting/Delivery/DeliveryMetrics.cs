using System.Diagnostics.Metrics;

namespace EmailRouting.Delivery;

/// <summary>What delivery counts.</summary>
public sealed class DeliveryMetrics
{
    public const string MeterName = "EmailRouting.Delivery";

    private static readonly KeyValuePair<string, object?> Opened = new("kind", "opened");
    private static readonly KeyValuePair<string, object?> Reused = new("kind", "reused");

    private readonly Counter<long> _attempts;
    private readonly Counter<long> _connections;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _heldBack;

    public DeliveryMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(MeterName);
        _attempts = meter.CreateCounter<long>("email.delivery.attempts", unit: "{attempt}", description: "Attempts by outcome.");
        _connections = meter.CreateCounter<long>("email.delivery.connections", unit: "{connection}", description: "Connections opened, and taken again from the pool.");
        _duration = meter.CreateHistogram<double>("email.delivery.duration", unit: "s", description: "Duration of an attempt, DNS and connecting included.");
        _heldBack = meter.CreateCounter<long>(
            "email.delivery.providers.held_back", unit: "{change}", description: "Times that a provider was slowed or paused because of what it said of us.");
    }

    public void ConnectionOpened() => _connections.Add(1, Opened);

    public void ConnectionReused() => _connections.Add(1, Reused);

    public void ProviderHeldBack(ProviderState state) =>
        _heldBack.Add(1, new KeyValuePair<string, object?>("state", state == ProviderState.Paused ? "paused" : "slowed"));

    public void Attempted(DeliveryAttempt attempt)
    {
        string outcome = attempt.Outcome switch
        {
            DeliveryOutcome.Delivered => "delivered",
            DeliveryOutcome.Refused => "refused",
            _ => "deferred",
        };
        var tag = new KeyValuePair<string, object?>("outcome", outcome);
        _attempts.Add(1, tag);
        _duration.Record(attempt.Elapsed.TotalSeconds, tag);
    }
}
