using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using EmailRouting.Dns;

namespace EmailRouting.Testing;

/// <summary>The DNS as a literal: what is listed exists, everything else is NXDOMAIN, and what is in <see cref="Failing"/> fails.</summary>
public sealed class FakeResolver : IResolver
{
    /// <summary>Domain to records, each written <c>10 mx.example</c>; a lone dot as host is the null MX.</summary>
    public Dictionary<string, string[]> Mx { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Host to addresses of either family.</summary>
    public Dictionary<string, string[]> Addresses { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    public Dictionary<string, string[]> Txt { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Address to names.</summary>
    public Dictionary<string, string[]> Names { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Questions that fail: <c>mx example.com</c>, <c>a mx.example.com</c> (also for both families), <c>aaaa …</c>, <c>txt …</c>, <c>ptr …</c>.</summary>
    public HashSet<string> Failing { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Questions, written alike, that are not answered until their asker gives up.</summary>
    public HashSet<string> Silent { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Every question, in the order they came.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    public Task<DnsAnswer<MailExchange>> MailExchangesAsync(string domain, CancellationToken cancellation) => AnswerAsync("mx", domain, Mx, ReadMx, cancellation);

    public Task<DnsAnswer<IPAddress>> AddressesAsync(string host, CancellationToken cancellation) =>
        AnswerAsync("a", host, Addresses, IPAddress.Parse, cancellation);

    public async Task<DnsAnswer<IPAddress>> AddressesAsync(string host, AddressFamily family, CancellationToken cancellation)
    {
        DnsAnswer<IPAddress> answer = await AnswerAsync(
            family == AddressFamily.InterNetworkV6 ? "aaaa" : "a", host, Addresses, IPAddress.Parse, cancellation);
        return answer is not DnsAnswer<IPAddress>.Found found ? answer
            : found.Records.RemoveAll(address => address.AddressFamily != family) is { IsEmpty: false } ofFamily ? new DnsAnswer<IPAddress>.Found(ofFamily)
            : new DnsAnswer<IPAddress>.None(NameExists: true);
    }

    public Task<DnsAnswer<string>> TextsAsync(string name, CancellationToken cancellation) => AnswerAsync("txt", name, Txt, static text => text, cancellation);

    public Task<DnsAnswer<string>> NamesAsync(IPAddress address, CancellationToken cancellation) =>
        AnswerAsync("ptr", address.ToString(), Names, static text => text, cancellation);

    private static MailExchange ReadMx(string record) => record.Split(' ') is [var preference, var host]
        ? new MailExchange(int.Parse(preference, System.Globalization.CultureInfo.InvariantCulture), host.TrimEnd('.'))
        : throw new FormatException(record);

    private async Task<DnsAnswer<T>> AnswerAsync<T>(
        string type, string name, Dictionary<string, string[]> records, Func<string, T> read, CancellationToken cancellation)
    {
        name = name.TrimEnd('.');
        Asked.Enqueue($"{type} {name}");
        if (Silent.Contains($"{type} {name}"))
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return new DnsAnswer<T>.Failed("given up");
        }

        return Failing.Contains($"{type} {name}") ? new DnsAnswer<T>.Failed("SERVFAIL")
            : records.TryGetValue(name, out string[]? found) && found.Length > 0 ? new DnsAnswer<T>.Found([.. found.Select(read)])
            : new DnsAnswer<T>.None(Mx.ContainsKey(name) || Addresses.ContainsKey(name) || Txt.ContainsKey(name) || Names.ContainsKey(name));
    }
}
