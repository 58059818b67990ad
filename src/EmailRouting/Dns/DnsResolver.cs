using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using DnsClient;
using DnsClient.Protocol;
using Microsoft.Extensions.Options;

namespace EmailRouting.Dns;

/// <summary>Asks the configured name servers, over UDP and, where an answer does not fit, over TCP; what has been answered lately is not asked again.</summary>
internal sealed class DnsResolver : IResolver
{
    // A server that answers with an alias alone leaves the rest to us; longer chains than this are mistakes.
    private const int MaxAliases = 8;

    private readonly LookupClient _client;
    private readonly AnswerCache _cache;
    private readonly DnsMetrics _metrics;

    public DnsResolver(IOptions<DnsOptions> options, DnsMetrics metrics, TimeProvider clock)
    {
        (_cache, _metrics) = (new AnswerCache(clock), metrics);
        DnsOptions wanted = options.Value;
        wanted.TryReadServers(out ImmutableArray<IPEndPoint> servers, out _);
        LookupClientOptions settings = servers.IsDefaultOrEmpty ? new LookupClientOptions() : new LookupClientOptions([.. servers]);
        settings.Timeout = wanted.Timeout;
        settings.Retries = wanted.Retries;

        // The client's cache knows no bound, and does not see that the same question is already under way.
        settings.UseCache = false;
        settings.UseTcpFallback = true;
        settings.ThrowDnsErrors = false;
        _client = new LookupClient(settings);
    }

    public Task<DnsAnswer<MailExchange>> MailExchangesAsync(string domain, CancellationToken cancellation) =>
        AskAsync<MxRecord, MailExchange>(
            domain, QueryType.MX, static mx => new MailExchange(mx.Preference, WithoutFinalDot(mx.Exchange)), cancellation);

    public async Task<DnsAnswer<IPAddress>> AddressesAsync(string host, CancellationToken cancellation)
    {
        Task<DnsAnswer<IPAddress>> six = AddressesAsync(host, AddressFamily.InterNetworkV6, cancellation);
        DnsAnswer<IPAddress> four = await AddressesAsync(host, AddressFamily.InterNetwork, cancellation);
        return Union(await six, four);
    }

    public Task<DnsAnswer<IPAddress>> AddressesAsync(string host, AddressFamily family, CancellationToken cancellation) => family == AddressFamily.InterNetworkV6
        ? AskAsync<AaaaRecord, IPAddress>(host, QueryType.AAAA, static record => record.Address, cancellation)
        : AskAsync<ARecord, IPAddress>(host, QueryType.A, static record => record.Address, cancellation);

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

    private Task<DnsAnswer<T>> AskAsync<TRecord, T>(string name, QueryType type, Func<TRecord, T> read, CancellationToken cancellation)
        where TRecord : DnsResourceRecord
    {
        var question = new Question(type, name.TrimEnd('.'));
        if (_cache.Find<T>(question) is { } known)
        {
            _metrics.Known();
            return known;
        }

        return AskServersAsync(question, read, cancellation);
    }

    // A name that cannot be asked for (a label over 63 octets) cannot exist.
    private Task<DnsAnswer<T>> AskServersAsync<TRecord, T>(Question question, Func<TRecord, T> read, CancellationToken cancellation)
        where TRecord : DnsResourceRecord => IsAskable(question.Name)
            ? _cache.AskAsync(question, stop => QueryAsync(question, read, stop), cancellation)
            : Task.FromResult<DnsAnswer<T>>(new DnsAnswer<T>.None(NameExists: false));

    private async Task<Lookup<T>> QueryAsync<TRecord, T>(Question question, Func<TRecord, T> read, CancellationToken cancellation)
        where TRecord : DnsResourceRecord
    {
        string? failure;
        try
        {
            string name = question.Name;
            long seconds = long.MaxValue;
            for (int aliases = 0; aliases <= MaxAliases; aliases++)
            {
                IDnsQueryResponse response = await _client.QueryAsync(name, question.Type, QueryClass.IN, cancellation);
                seconds = response.Answers.Aggregate(seconds, static (least, record) => Math.Min(least, record.InitialTimeToLive));
                if (response.Header.ResponseCode == DnsHeaderResponseCode.NotExistentDomain)
                {
                    return None<T>(nameExists: false, response, seconds);
                }

                if (response.HasError)
                {
                    return Failed<T>(response.Header.ResponseCode switch
                    {
                        DnsHeaderResponseCode.ServerFailure => "SERVFAIL",
                        DnsHeaderResponseCode.Refused => "REFUSED",
                        DnsHeaderResponseCode code => code.ToString(),
                    });
                }

                ImmutableArray<T> records = [.. response.Answers.OfType<TRecord>().Select(read)];
                if (!records.IsEmpty)
                {
                    _metrics.Asked(isAnswered: true);
                    return new Lookup<T>(new DnsAnswer<T>.Found(records), AnswerLifetime.OfRecords(seconds));
                }

                if (EndOfAliases(name, response) is not { } alias)
                {
                    return None<T>(nameExists: true, response, seconds);
                }

                name = alias;
            }

            failure = "too many aliases";
        }
        catch (DnsResponseException e)
        {
            failure = e.Code == DnsResponseCode.ConnectionTimeout ? "timed out" : e.Message;
        }
        catch (OperationCanceledException)
        {
            failure = "timed out";
        }
        catch (Exception e)
        {
            // Whatever the octets of a stranger, or the state of the network, brought about: mail waits, nothing breaks.
            failure = e.Message;
        }

        return Failed<T>(failure);
    }

    /// <param name="nameExists">False for NXDOMAIN.</param>
    /// <param name="response">Its SOA record says how long (RFC 2308 §5).</param>
    /// <param name="seconds">Of the aliases on the way, which may change sooner.</param>
    private Lookup<T> None<T>(bool nameExists, IDnsQueryResponse response, long seconds)
    {
        _metrics.Asked(isAnswered: true);
        long? soa = response.Authorities.OfType<SoaRecord>().FirstOrDefault() is { } zone ? Math.Min(zone.Minimum, zone.InitialTimeToLive) : null;
        return new Lookup<T>(new DnsAnswer<T>.None(nameExists), AnswerLifetime.OfNone(soa is null ? null : Math.Min(soa.Value, seconds)));
    }

    private Lookup<T> Failed<T>(string reason)
    {
        _metrics.Asked(isAnswered: false);
        return new Lookup<T>(new DnsAnswer<T>.Failed(reason), AnswerLifetime.OfFailure);
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
