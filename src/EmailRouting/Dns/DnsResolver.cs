using System.Collections.Immutable;
using System.Net;
using DnsClient;
using DnsClient.Protocol;
using Microsoft.Extensions.Options;

namespace EmailRouting.Dns;

/// <summary>Asks the configured name servers, over UDP and, where an answer does not fit, over TCP. Answers are kept for as long as their TTL says.</summary>
internal sealed class DnsResolver : IResolver
{
    // A server that answers with an alias alone leaves the rest to us; longer chains than this are mistakes.
    private const int MaxAliases = 8;

    // NXDOMAIN is remembered too, but briefly: the owner of a domain has just added the record that we look for.
    private static readonly TimeSpan FailureLifetime = TimeSpan.FromSeconds(5);

    private readonly LookupClient _client;

    public DnsResolver(IOptions<DnsOptions> options)
    {
        DnsOptions wanted = options.Value;
        wanted.TryReadServers(out ImmutableArray<IPEndPoint> servers, out _);
        LookupClientOptions settings = servers.IsDefaultOrEmpty ? new LookupClientOptions() : new LookupClientOptions([.. servers]);
        settings.Timeout = wanted.Timeout;
        settings.Retries = wanted.Retries;
        settings.UseCache = true;
        settings.CacheFailedResults = true;
        settings.FailedResultsCacheDuration = FailureLifetime;
        settings.UseTcpFallback = true;
        settings.ThrowDnsErrors = false;
        _client = new LookupClient(settings);
    }

    public Task<DnsAnswer<MailExchange>> MailExchangesAsync(string domain, CancellationToken cancellation) =>
        AskAsync<MxRecord, MailExchange>(
            domain, QueryType.MX, static mx => new MailExchange(mx.Preference, WithoutFinalDot(mx.Exchange)), cancellation);

    public async Task<DnsAnswer<IPAddress>> AddressesAsync(string host, CancellationToken cancellation)
    {
        Task<DnsAnswer<IPAddress>> six = AskAsync<AaaaRecord, IPAddress>(host, QueryType.AAAA, static record => record.Address, cancellation);
        DnsAnswer<IPAddress> four = await AskAsync<ARecord, IPAddress>(host, QueryType.A, static record => record.Address, cancellation);
        return Union(await six, four);
    }

    public Task<DnsAnswer<string>> TextsAsync(string name, CancellationToken cancellation) =>
        AskAsync<TxtRecord, string>(name, QueryType.TXT, static record => string.Concat(record.Text), cancellation);

    public Task<DnsAnswer<string>> NamesAsync(IPAddress address, CancellationToken cancellation) =>
        AskAsync<PtrRecord, string>(
            address.GetArpaName(), QueryType.PTR, static record => WithoutFinalDot(record.PtrDomainName), cancellation);

    /// <summary>One family that answers is enough; without one, only two certain answers make a certain one.</summary>
    private static DnsAnswer<IPAddress> Union(DnsAnswer<IPAddress> six, DnsAnswer<IPAddress> four) => (six, four) switch
    {
        (DnsAnswer<IPAddress>.Found a, DnsAnswer<IPAddress>.Found b) => new DnsAnswer<IPAddress>.Found(a.Records.AddRange(b.Records)),
        (DnsAnswer<IPAddress>.Found, _) => six,
        (_, DnsAnswer<IPAddress>.Found) => four,
        (DnsAnswer<IPAddress>.None a, DnsAnswer<IPAddress>.None b) => new DnsAnswer<IPAddress>.None(a.NameExists || b.NameExists),
        (DnsAnswer<IPAddress>.Failed, _) => six,
        _ => four,
    };

    private async Task<DnsAnswer<T>> AskAsync<TRecord, T>(string name, QueryType type, Func<TRecord, T> read, CancellationToken cancellation)
        where TRecord : DnsResourceRecord
    {
        if (!IsAskable(name))
        {
            // A name that cannot be asked for (a label over 63 octets) cannot exist.
            return new DnsAnswer<T>.None(NameExists: false);
        }

        try
        {
            for (int aliases = 0; aliases <= MaxAliases; aliases++)
            {
                IDnsQueryResponse response = await _client.QueryAsync(name, type, QueryClass.IN, cancellation);
                if (response.Header.ResponseCode == DnsHeaderResponseCode.NotExistentDomain)
                {
                    return new DnsAnswer<T>.None(NameExists: false);
                }

                if (response.HasError)
                {
                    return new DnsAnswer<T>.Failed(response.Header.ResponseCode switch
                    {
                        DnsHeaderResponseCode.ServerFailure => "SERVFAIL",
                        DnsHeaderResponseCode.Refused => "REFUSED",
                        DnsHeaderResponseCode code => code.ToString(),
                    });
                }

                ImmutableArray<T> records = [.. response.Answers.OfType<TRecord>().Select(read)];
                if (!records.IsEmpty)
                {
                    return new DnsAnswer<T>.Found(records);
                }

                if (EndOfAliases(name, response) is not { } alias)
                {
                    return new DnsAnswer<T>.None(NameExists: true);
                }

                name = alias;
            }

            return new DnsAnswer<T>.Failed("too many aliases");
        }
        catch (DnsResponseException e)
        {
            return new DnsAnswer<T>.Failed(e.Code == DnsResponseCode.ConnectionTimeout ? "timed out" : e.Message);
        }
        catch (OperationCanceledException)
        {
            return new DnsAnswer<T>.Failed("given up");
        }
        catch (Exception e)
        {
            // Whatever the octets of a stranger, or the state of the network, brought about: mail waits, nothing breaks.
            return new DnsAnswer<T>.Failed(e.Message);
        }
    }

    /// <summary>Where the aliases of an answer lead, in whatever order they stand in it; null where the name has none.</summary>
    private static string? EndOfAliases(string name, IDnsQueryResponse response)
    {
        string? end = null;
        string at = name.TrimEnd('.');
        for (int step = 0; step <= MaxAliases; step++)
        {
            if (response.Answers.OfType<CNameRecord>()
                .FirstOrDefault(alias => WithoutFinalDot(alias.DomainName).Equals(at, StringComparison.OrdinalIgnoreCase)) is not { } alias)
            {
                return end;
            }

            at = WithoutFinalDot(alias.CanonicalName);
            end = at;
        }

        return end;
    }

    private static bool IsAskable(string name)
    {
        try
        {
            return DnsString.Parse(name).Value.Length > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string WithoutFinalDot(DnsString name) => name.Value.TrimEnd('.');
}
