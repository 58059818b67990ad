using System.Diagnostics.Metrics;

namespace EmailRouting.Activity;

public sealed class ActivityMetrics
{
    public const string MeterName = "EmailRouting.Activity";
    private readonly Counter<long> _written;
    private readonly Counter<long> _leftOut;

    public ActivityMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(MeterName);
        _written = meter.CreateCounter<long>("email.activity.written", "{record}", "Records written to the activity log.");
        _leftOut = meter.CreateCounter<long>("email.activity.left_out", "{record}", "Records that found the backlog full or the database failing.");
    }

    public void Written(int count) => _written.Add(count);

    public void LeftOut(int count = 1) => _leftOut.Add(count);
}
