using System.Collections.Concurrent;
using System.Net;
using EmailRouting.Dns;

namespace EmailRouting.Testing;

/// <summary>The DNS as a literal: what is listed exists, everything else is NXDOMAIN, and what is in <see cref="Failing"/> does not answer.</summary>
public sealed class FakeResolver : IResolver
{
    /// <summary>Domain to records, each written <c>10 mx.example</c>; a lone dot as host is the null MX.</summary>
    public Dictionary<string, string[]> Mx { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Host to addresses of either family.</summary>
    public Dictionary<string, string[]> Addresses { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    public Dictionary<string, string[]> Txt { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Address to names.</summary>
    public Dictionary<string, string[]> Names { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Questions that fail: <c>mx example.com</c>, <c>a mx.example.com</c>, <c>txt …</c>, <c>ptr …</c>.</summary>
    public HashSet<string> Failing { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Every question, in the order they came.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    public Task<DnsAnswer<MailExchange>> MailExchangesAsync(string domain, CancellationToken cancellation) =>
        Answer("mx", domain, Mx, static record => record.Split(' ') is [var preference, var host]
            ? new MailExchange(int.Parse(preference, System.Globalization.CultureInfo.InvariantCulture), host.TrimEnd('.'))
            : throw new FormatException(record));

    public Task<DnsAnswer<IPAddress>> AddressesAsync(string host, CancellationToken cancellation) => Answer("a", host, Addresses, IPAddress.Parse);

    public Task<DnsAnswer<string>> TextsAsync(string name, CancellationToken cancellation) => Answer("txt", name, Txt, static text => text);

    public Task<DnsAnswer<string>> NamesAsync(IPAddress address, CancellationToken cancellation) => Answer("ptr", address.ToString(), Names, static text => text);

    private Task<DnsAnswer<T>> Answer<T>(string type, string name, Dictionary<string, string[]> records, Func<string, T> read)
    {
        Asked.Enqueue($"{type} {name}");
        DnsAnswer<T> answer = Failing.Contains($"{type} {name}") ? new DnsAnswer<T>.Failed("SERVFAIL")
            : records.TryGetValue(name, out string[]? found) && found.Length > 0 ? new DnsAnswer<T>.Found([.. found.Select(read)])
            : new DnsAnswer<T>.None(Mx.ContainsKey(name) || Addresses.ContainsKey(name) || Txt.ContainsKey(name) || Names.ContainsKey(name));
        return Task.FromResult(answer);
    }
}
