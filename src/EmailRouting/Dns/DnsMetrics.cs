using System.Diagnostics.Metrics;

namespace EmailRouting.Dns;

/// <summary>What the resolver counts.</summary>
public sealed class DnsMetrics
{
    public const string MeterName = "EmailRouting.Dns";

    private static readonly KeyValuePair<string, object?> FromMemory = new("from", "memory");
    private static readonly KeyValuePair<string, object?> FromServer = new("from", "server");
    private static readonly KeyValuePair<string, object?> FromNobody = new("from", "nobody");

    private readonly Counter<long> _answers;

    public DnsMetrics(IMeterFactory meters) =>
        _answers = meters.Create(MeterName).CreateCounter<long>(
            "email.dns.answers", unit: "{answer}", description: "Answers by where they came from: memory, a name server, or nobody (a failure).");

    public void Known() => _answers.Add(1, FromMemory);

    public void Asked(bool isAnswered) => _answers.Add(1, isAnswered ? FromServer : FromNobody);
}
