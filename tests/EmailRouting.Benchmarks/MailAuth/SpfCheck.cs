using System.Net;
using BenchmarkDotNet.Attributes;
using EmailRouting.Dns;
using EmailRouting.MailAuth.Spf;
using EmailRouting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace EmailRouting.Benchmarks.MailAuth;

/// <summary>SPF of a busy sender, whose records have been asked for before: records such as large providers have them.</summary>
[MemoryDiagnoser]
public class SpfCheck
{
    private readonly SpfQuery _listed = Query("example.com", "10.7.3.9");
    private readonly SpfQuery _hosted = Query("hosted.example", "203.0.113.77");
    private readonly SpfQuery _stranger = Query("hosted.example", "198.51.100.1");
    private ScriptedNameServer _server = null!;
    private SpfEvaluator _evaluator = null!;

    [GlobalSetup]
    public void Setup()
    {
        string networks = string.Join(' ', Enumerable.Range(0, 12).Select(i => $"ip4:10.{i}.0.0/16 ip6:2001:db8:{i}::/48"));
        _server = new ScriptedNameServer()
            .On("TXT example.com", "example.com@86400 TXT v=spf1 ip4:10.7.0.0/16 -all")
            .On("TXT hosted.example", "hosted.example@86400 TXT v=spf1 include:_spf.provider.example mx a:out.hosted.example ~all")
            .On("TXT _spf.provider.example", Provider("_spf.provider.example", "include:_netblocks.provider.example include:_netblocks2.provider.example ~all"))
            .On("TXT _netblocks.provider.example", Provider("_netblocks.provider.example", networks + " ~all"))
            .On("TXT _netblocks2.provider.example", Provider("_netblocks2.provider.example", networks.Replace(":1", ":2", StringComparison.Ordinal) + " ~all"))
            .On("MX hosted.example", "hosted.example@86400 MX 10 mx1.provider.example", "hosted.example@86400 MX 20 mx2.provider.example")
            .On("A mx1.provider.example", "mx1.provider.example@86400 A 203.0.113.1")
            .On("A mx2.provider.example", "mx2.provider.example@86400 A 203.0.113.2")
            .On("A out.hosted.example", "out.hosted.example@86400 A 203.0.113.77");
        ServiceProvider services = new ServiceCollection().AddMetrics().AddSingleton<DnsMetrics>().BuildServiceProvider();
        var resolver = new DnsResolver(
            Options.Create(new DnsOptions { Servers = _server.EndPoint.ToString() }), services.GetRequiredService<DnsMetrics>(), TimeProvider.System);
        _evaluator = new SpfEvaluator(resolver, "receiver.example", TimeProvider.System);
        Expect(SpfResult.Pass, _listed);
        Expect(SpfResult.Pass, _hosted);
        Expect(SpfResult.SoftFail, _stranger);
    }

    [GlobalCleanup]
    public async Task CleanupAsync() => await _server.DisposeAsync();

    /// <summary>One record, one network.</summary>
    [Benchmark(Baseline = true)]
    public ValueTask<SpfOutcome> Listed() => _evaluator.CheckAsync(_listed, CancellationToken.None);

    /// <summary>Four records, two MX hosts and an address, the last of which matches.</summary>
    [Benchmark]
    public ValueTask<SpfOutcome> Hosted() => _evaluator.CheckAsync(_hosted, CancellationToken.None);

    /// <summary>All of it, and nothing matches.</summary>
    [Benchmark]
    public ValueTask<SpfOutcome> Stranger() => _evaluator.CheckAsync(_stranger, CancellationToken.None);

    private static string Provider(string name, string terms) =>
        $"{name}@86400 TXT {string.Join('|', ("v=spf1 " + terms).Chunk(250).Select(part => new string(part)))}";

    private static SpfQuery Query(string domain, string client) => new(SpfIdentity.MailFrom, IPAddress.Parse(client), "mx.sender.example", "someone", domain);

    private void Expect(SpfResult result, SpfQuery query)
    {
        SpfOutcome outcome = _evaluator.CheckAsync(query, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        if (outcome.Result != result)
        {
            throw new InvalidOperationException($"{result} was expected: {outcome}");
        }
    }
}
