using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using EmailRouting.Dns;
using EmailRouting.Network;
using EmailRouting.Smtp;
using Microsoft.Extensions.Options;

namespace EmailRouting.Delivery;

/// <summary>Finds the hosts for a domain: the smarthost, or what MX and address records say (RFC 5321 §5.1).</summary>
/// <remarks>A host that has only forbidden addresses (invariant 8) is refused, not deferred: waiting does not make 127.0.0.1 public, and the owner should hear of it now.</remarks>
internal sealed class NextHops
{
    /// <summary>Addresses that one attempt connects to at most.</summary>
    public const int MaxAddresses = 5;

    // More hosts than this are not looked up: an attempt never gets that far.
    private const int MaxHosts = 10;

    private readonly IResolver _resolver;
    private readonly OwnIdentity _identity;
    private readonly Func<double> _random;
    private readonly int _port;
    private readonly AllowedAddresses _allowed;
    private readonly MtaStsPolicies? _policies;
    private readonly Smarthost? _smarthost;
    private readonly Route? _fixedRoute;

    /// <param name="resolver">The DNS.</param>
    /// <param name="identity">Who must not be delivered to.</param>
    /// <param name="allowed">Which addresses may be delivered to.</param>
    /// <param name="policies">What domains ask of those who deliver to them. Not asked where the operator wants no TLS at all.</param>
    /// <param name="options">Smarthost and port.</param>
    /// <param name="random">In [0, 1): the order of equal MX hosts.</param>
    public NextHops(
        IResolver resolver, OwnIdentity identity, AllowedAddresses allowed, MtaStsPolicies policies, IOptions<DeliveryOptions> options, Func<double> random)
    {
        (_resolver, _identity, _allowed, _random, _port) = (resolver, identity, allowed, random, options.Value.Port);
        _policies = options.Value.Tls == TlsPolicy.None ? null : policies;
        if (Smarthost.TryParse(options.Value.Smarthost, out _smarthost) && WithoutDns(_smarthost.Host) is { IsEmpty: false } addresses)
        {
            _fixedRoute = new Route.Through(ToHops(_smarthost, addresses));
        }
    }

    public bool HasSmarthost => _smarthost is not null;

    public ValueTask<Route> ForAsync(string domain, CancellationToken cancellation) =>
        _fixedRoute is not null ? new ValueTask<Route>(_fixedRoute)
        : _smarthost is not null ? ToSmarthostAsync(_smarthost, cancellation)
        : domain.StartsWith('[') ? new ValueTask<Route>(ToLiteral(domain))
        : ByMxAsync(domain, cancellation);

    // RFC 6761 §6.3: localhost is answered without asking anybody.
    private static ImmutableArray<IPAddress> WithoutDns(string host) =>
        IPAddress.TryParse(host, out IPAddress? address) ? [address]
        : host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? [IPAddress.Loopback, IPAddress.IPv6Loopback]
        : [];

    private static ImmutableArray<NextHop> ToHops(Smarthost smarthost, IEnumerable<IPAddress> addresses) =>
        [.. addresses.Take(MaxAddresses).Select(address => new NextHop(smarthost.Host, new IPEndPoint(address, smarthost.Port), smarthost))];

    private async ValueTask<Route> ToSmarthostAsync(Smarthost smarthost, CancellationToken cancellation) =>
        await _resolver.AddressesAsync(smarthost.Host, cancellation) switch
        {
            DnsAnswer<IPAddress>.Found found => new Route.Through(ToHops(smarthost, Alternating(found.Records))),

            // A smarthost without an address is a slip of the operator's, not the fault of the mail: it waits.
            DnsAnswer<IPAddress>.None => Deferred("4.4.4", $"The smarthost {smarthost.Host} has no address"),
            DnsAnswer<IPAddress>.Failed failed => Deferred("4.4.3", $"The address of the smarthost {smarthost.Host} was not found: {failed.Reason}"),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    private Route ToLiteral(string domain)
    {
        string text = domain.Trim('[', ']');
        const string six = "IPv6:";
        if (!IPAddress.TryParse(text.StartsWith(six, StringComparison.OrdinalIgnoreCase) ? text[six.Length..] : text, out IPAddress? address))
        {
            return Refused("5.1.2", $"{domain} is no address");
        }

        var endPoint = new IPEndPoint(address, _port);
        return _identity.IsOurAddress(endPoint) ? Refused("5.4.6", $"{domain} is this server: a loop")
            : _allowed.Contains(address) ? new Route.Through([new NextHop(domain, endPoint, Smarthost: null)])
            : Refused("5.4.4", Forbidden(domain, address));
    }

    private async ValueTask<Route> ByMxAsync(string domain, CancellationToken cancellation)
    {
        // :: Step 1: the MX records, or the domain itself where there are none; and what the domain asks of us, meanwhile.
        Task<MtaStsPolicy?> asked = _policies is null ? Task.FromResult<MtaStsPolicy?>(null) : _policies.ForAsync(domain, cancellation).AsTask();
        DnsAnswer<MailExchange> answer = await _resolver.MailExchangesAsync(domain, cancellation);
        MailExchange[] exchanges;
        switch (answer)
        {
            case DnsAnswer<MailExchange>.Failed failed:
                return Deferred("4.4.3", $"The MX records of {domain} were not found: {failed.Reason}");
            case DnsAnswer<MailExchange>.None { NameExists: false }:
                return Refused("5.1.2", $"The domain {domain} does not exist");
            case DnsAnswer<MailExchange>.None:
                exchanges = [new MailExchange(0, domain)];
                break;
            case DnsAnswer<MailExchange>.Found found:
                exchanges = [.. found.Records.Where(mx => mx.Host.Length > 0)];
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }

        if (exchanges.Length == 0)
        {
            // RFC 7505 §4.2 has 556 and 5.1.10 for it.
            return new Route.Nowhere(new DeliveryOutcome.Refused(new SmtpReply(556, "5.1.10", $"The domain {domain} accepts no mail (null MX)")));
        }

        // :: Step 2: by preference, equal ones in random order (RFC 5321 §5.1).
        MailExchange[] sorted = [.. exchanges
            .Select(mx => (Mx: mx, Lot: _random()))
            .OrderBy(drawn => drawn.Mx.Preference).ThenBy(drawn => drawn.Lot)
            .Select(drawn => drawn.Mx)
            .Take(MaxHosts)];

        // :: Step 3: their addresses, all at once.
        DnsAnswer<IPAddress>[] addresses = await Task.WhenAll(sorted.Select(mx => AddressesOfAsync(mx.Host, cancellation)));

        // :: Step 4: drop ourselves and all less preferred hosts, and of the others what is not public (invariants 6 and 8).
        int limit = int.MaxValue;
        for (int i = 0; i < sorted.Length; i++)
        {
            if (IsOurselves(sorted[i].Host, addresses[i]))
            {
                limit = Math.Min(limit, sorted[i].Preference);
            }
        }

        // :: Step 5: of what is left, what the domain's policy lists (RFC 8461 §4.1).
        MtaStsPolicy? policy = await asked;
        MtaStsMode mode = policy?.Mode ?? MtaStsMode.None;
        ImmutableArray<NextHop>.Builder hops = ImmutableArray.CreateBuilder<NextHop>();
        string? failure = null;
        string? forbidden = null;
        string? unlisted = null;
        for (int i = 0; i < sorted.Length && sorted[i].Preference < limit; i++)
        {
            string host = sorted[i].Host;
            if (mode == MtaStsMode.Enforce && !policy!.Lists(host))
            {
                unlisted ??= $"The MTA-STS policy of {domain} does not list its host {host}";
                continue;
            }

            switch (addresses[i])
            {
                case DnsAnswer<IPAddress>.Found found:
                    // With several hosts, two addresses of each: a host with many must not use up the attempt.
                    IPAddress[] allowed = [.. Alternating(found.Records).Where(_allowed.Contains).Take(sorted.Length == 1 ? MaxAddresses : 2)];
                    if (allowed.Length == 0)
                    {
                        forbidden ??= Forbidden(host, found.Records[0]);
                    }

                    hops.AddRange(allowed.Select(address => new NextHop(host, new IPEndPoint(address, _port), Smarthost: null, mode)));
                    break;
                case DnsAnswer<IPAddress>.Failed failed:
                    failure ??= $"The address of {host} was not found: {failed.Reason}";
                    break;
            }
        }

        // :: Step 6: none left. What is certain is permanent; a question without an answer is not.
        if (hops.Count > 0)
        {
            return new Route.Through([.. hops.Take(MaxAddresses)]);
        }

        return failure is not null ? Deferred("4.4.3", failure)

            // A policy and the DNS that disagree: the owner has forgotten one of them, or somebody has forged the other.
            : unlisted is not null ? Deferred("4.7.5", unlisted)
            : limit < int.MaxValue ? Refused("5.4.6", $"The best host for {domain} is this server, which has it sent on elsewhere: a loop")
            : forbidden is not null ? Refused("5.4.4", forbidden)
            : Refused("5.4.4", $"No host for {domain} has an address");
    }

    private Task<DnsAnswer<IPAddress>> AddressesOfAsync(string host, CancellationToken cancellation) =>
        // Some domains put an address where RFC 1035 §3.3.9 wants a name. It means what it says.
        IPAddress.TryParse(host, out IPAddress? address)
            ? Task.FromResult<DnsAnswer<IPAddress>>(new DnsAnswer<IPAddress>.Found([address]))
            : _resolver.AddressesAsync(host, cancellation);

    private bool IsOurselves(string host, DnsAnswer<IPAddress> addresses) =>
        _identity.IsOurName(host)
        || (addresses is DnsAnswer<IPAddress>.Found found && found.Records.Any(address => _identity.IsOurAddress(new IPEndPoint(address, _port))));

    /// <summary>IPv6 first, then by turns: neither family has to fail five times before the other is tried.</summary>
    private static IEnumerable<IPAddress> Alternating(ImmutableArray<IPAddress> addresses) => addresses
        .GroupBy(address => address.AddressFamily)
        .SelectMany(family => family.Select((address, rank) => (address, rank)))
        .OrderBy(ranked => ranked.rank)
        .ThenBy(ranked => ranked.address.AddressFamily == AddressFamily.InterNetworkV6 ? 0 : 1)
        .Select(ranked => ranked.address);

    private static string Forbidden(string host, IPAddress address) =>
        $"{host} has the address {address}, which is not public; if mail should go there, add it to Delivery:AllowedNetworks or make it the smarthost";

    private static Route.Nowhere Refused(string status, string text) => new(new DeliveryOutcome.Refused(new SmtpReply(550, status, text)));

    private static Route.Nowhere Deferred(string status, string text) => new(new DeliveryOutcome.Deferred(new SmtpReply(451, status, text)));
}
