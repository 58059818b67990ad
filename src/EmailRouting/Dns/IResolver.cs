using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace EmailRouting.Dns;

/// <summary>DNS as mail needs it. What goes wrong is an answer, never an exception; a cancelled question is <see cref="DnsAnswer{T}.Failed"/> at once.</summary>
public interface IResolver
{
    Task<DnsAnswer<MailExchange>> MailExchangesAsync(string domain, CancellationToken cancellation);

    /// <summary>A and AAAA together.</summary>
    Task<DnsAnswer<IPAddress>> AddressesAsync(string host, CancellationToken cancellation);

    /// <summary>A for <see cref="AddressFamily.InterNetwork"/>, AAAA for <see cref="AddressFamily.InterNetworkV6"/>.</summary>
    Task<DnsAnswer<IPAddress>> AddressesAsync(string host, AddressFamily family, CancellationToken cancellation);

    /// <summary>TXT records, each with its strings joined.</summary>
    Task<DnsAnswer<string>> TextsAsync(string name, CancellationToken cancellation);

    /// <summary>PTR names of an address.</summary>
    Task<DnsAnswer<string>> NamesAsync(IPAddress address, CancellationToken cancellation);
}

/// <summary>One MX record.</summary>
/// <param name="Preference">Lower is tried first.</param>
/// <param name="Host">Without the final dot; empty for the null MX of RFC 7505.</param>
public sealed record MailExchange(int Preference, string Host);

/// <summary>An answer of the DNS: records, the certainty that there are none, or no answer at all.</summary>
public abstract record DnsAnswer<T>
{
    private DnsAnswer()
    {
    }

    /// <param name="Records">At least one.</param>
    public sealed record Found(ImmutableArray<T> Records) : DnsAnswer<T>;

    /// <param name="NameExists">False for NXDOMAIN, true where the name has other records.</param>
    public sealed record None(bool NameExists) : DnsAnswer<T>;

    /// <param name="Reason">For the log: <c>SERVFAIL</c>, <c>timed out</c>.</param>
    public sealed record Failed(string Reason) : DnsAnswer<T>;
}
