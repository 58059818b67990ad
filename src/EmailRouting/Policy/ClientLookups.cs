using System.Net;
using EmailRouting.Dns;

namespace EmailRouting.Policy;

/// <summary>What is asked about a client once it has connected, while it says the rest.</summary>
public sealed class ClientLookups : IDisposable
{
    private readonly Dictionary<string, Task<DnsAnswer<IPAddress>>> _lists;
    private readonly CancellationTokenSource _stop;

    internal ClientLookups(Dictionary<string, Task<DnsAnswer<IPAddress>>> lists, CancellationTokenSource stop) => (_lists, _stop) = (lists, stop);

    /// <summary>Null where the zone was not asked.</summary>
    internal Task<DnsAnswer<IPAddress>>? Of(string zone) => _lists.GetValueOrDefault(zone);

    /// <summary>The connection is over.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }
}
