using System.Collections.Immutable;
using System.Net;
using EmailRouting.Dns;

namespace EmailRouting.MailAuth.Spf;

/// <summary>The DNS as one check may use it: counted, so that a record cannot make us ask for ever (RFC 7208 §4.6.4).</summary>
internal sealed class SpfLookups(IResolver resolver, SpfQuery query, CancellationToken cancellation)
{
    public const int MaxTerms = 10;
    public const int MaxVoids = 2;
    public const int MaxNames = 10;

    private int _terms;
    private int _voids;
    private bool _isClientNameSpent;
    private ImmutableArray<string>? _clientNames;

    /// <summary>Counts a term that asks the DNS; false where it is one too many.</summary>
    public bool TrySpendTerm() => ++_terms <= MaxTerms;

    /// <summary>Counts the look at the reverse zone that <c>%{p}</c> needs, once.</summary>
    public bool TrySpendClientName() => _isClientNameSpent || (_isClientNameSpent = TrySpendTerm());

    /// <summary>Counts a term whose question has no answer; false where it is one too many.</summary>
    public bool TrySpendVoid() => ++_voids <= MaxVoids;

    public Task<DnsAnswer<string>> TextsAsync(string domain) => resolver.TextsAsync(domain, cancellation);

    public Task<DnsAnswer<MailExchange>> MailExchangesAsync(string domain) => resolver.MailExchangesAsync(domain, cancellation);

    /// <summary>Addresses of the client's family.</summary>
    public Task<DnsAnswer<IPAddress>> AddressesAsync(string host) => resolver.AddressesAsync(host, query.Client.AddressFamily, cancellation);

    /// <summary>A records whatever the client's family: the question of <c>exists</c>.</summary>
    public Task<DnsAnswer<IPAddress>> FourAddressesAsync(string host) =>
        resolver.AddressesAsync(host, System.Net.Sockets.AddressFamily.InterNetwork, cancellation);

    /// <summary>Names of the client in the reverse zone that lead back to it (§5.5), of the first ten. What fails on the way is left out.</summary>
    /// <returns>Null where the client has no name at all.</returns>
    public async ValueTask<ImmutableArray<string>?> ClientNamesAsync()
    {
        if (_clientNames is not null)
        {
            return _clientNames;
        }

        DnsAnswer<string> answer = await resolver.NamesAsync(query.Client, cancellation);
        if (answer is not DnsAnswer<string>.Found found)
        {
            return answer is DnsAnswer<string>.None ? null : [];
        }

        string[] names = [.. found.Records.Take(MaxNames).Select(static name => name.TrimEnd('.'))];
        DnsAnswer<IPAddress>[] addresses = await Task.WhenAll(names.Select(AddressesAsync));
        _clientNames = [.. names.Where((_, i) => addresses[i] is DnsAnswer<IPAddress>.Found { Records: var records } && records.Contains(query.Client))];
        return _clientNames;
    }

    /// <summary>In our words, why a question was not answered.</summary>
    public string Problem(string question, string reason) =>
        cancellation.IsCancellationRequested ? "the check took too long" : $"{question} was not found: {reason}";
}
