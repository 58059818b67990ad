using System.Diagnostics.Metrics;

namespace EmailRouting.Rules;

/// <summary>What is worth counting about the rules in memory.</summary>
public sealed class RulesMetrics
{
    public const string MeterName = "EmailRouting.Rules";
    private readonly Histogram<double> _loads;
    private volatile bool _stale;

    public RulesMetrics(IMeterFactory meters, RuleSnapshot snapshot)
    {
        Meter meter = meters.Create(MeterName);
        _loads = meter.CreateHistogram<double>("email.rules.load.duration", unit: "s", description: "Time to read changed rules, or all of them.");
        meter.CreateObservableGauge("email.rules.count", () => snapshot.Current?.Count ?? 0, unit: "{rule}", description: "Rules in memory.");
        meter.CreateObservableGauge(
            "email.rules.stale", () => _stale ? 1 : 0, description: "1 while the rules in memory are older than the database, which cannot be read. An alarm.");
    }

    public void Loaded(TimeSpan duration)
    {
        _stale = false;
        _loads.Record(duration.TotalSeconds);
    }

    public void Failed() => _stale = true;
}
