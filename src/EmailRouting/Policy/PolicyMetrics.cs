using System.Diagnostics.Metrics;

namespace EmailRouting.Policy;

public sealed class PolicyMetrics
{
    public const string MeterName = "EmailRouting.Policy";
    private readonly Counter<long> _findings;
    private readonly Counter<long> _silent;
    private readonly Histogram<double> _duration;

    public PolicyMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(MeterName);
        _findings = meter.CreateCounter<long>("email.policy.findings", "{finding}", "What checks of incoming mail found fault with, by check and by what was done.");
        _silent = meter.CreateCounter<long>("email.policy.silent", "{question}", "Questions that a block list or rspamd did not answer, and that were passed over.");
        _duration = meter.CreateHistogram<double>("email.policy.duration", "s", "From the final dot to the verdict of the policy.");
    }

    public void Found(string check, PolicyAction action) => _findings.Add(1, new KeyValuePair<string, object?>("check", check), new KeyValuePair<string, object?>("action", action.Word()));

    public void Silent(string check) => _silent.Add(1, new KeyValuePair<string, object?>("check", check));

    public void Judged(TimeSpan duration) => _duration.Record(duration.TotalSeconds);
}
