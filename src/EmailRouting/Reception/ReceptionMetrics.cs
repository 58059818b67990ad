using System.Diagnostics.Metrics;

namespace EmailRouting.Reception;

public sealed class ReceptionMetrics
{
    public const string MeterName = "EmailRouting.Reception";
    private readonly UpDownCounter<long> _connections;
    private readonly Counter<long> _turnedAway;
    private readonly Counter<long> _messages;
    private readonly Counter<long> _recipientsRefused;
    private readonly Histogram<double> _verdict;

    // What a scrape reads: to tell a listener of each message costs as much as a system call.
    private long _octets;

    public ReceptionMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(MeterName);
        _connections = meter.CreateUpDownCounter<long>("email.reception.connections", "{connection}", "Connections that are open.");
        _turnedAway = meter.CreateCounter<long>("email.reception.turned_away", "{connection}", "Connections over a limit.");
        _messages = meter.CreateCounter<long>("email.reception.messages", "{message}", "Messages by what became of them at the final dot.");
        meter.CreateObservableCounter("email.reception.octets", () => Interlocked.Read(ref _octets), "By", "Octets of messages received.");
        _recipientsRefused = meter.CreateCounter<long>("email.reception.recipients_refused", "{recipient}", "Recipients refused at RCPT.");
        _verdict = meter.CreateHistogram<double>("email.reception.verdict", "s", "From the final dot to our reply.");
    }

    public void Opened() => _connections.Add(1);

    public void Closed() => _connections.Add(-1);

    public void TurnedAway() => _turnedAway.Add(1);

    public void RecipientRefused() => _recipientsRefused.Add(1);

    public void Message(string result, long octets, TimeSpan verdict)
    {
        _messages.Add(1, new KeyValuePair<string, object?>("result", result));
        Interlocked.Add(ref _octets, octets);
        _verdict.Record(verdict.TotalSeconds);
    }
}
