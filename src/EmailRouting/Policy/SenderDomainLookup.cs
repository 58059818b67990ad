using System.Net;
using EmailRouting.Dns;

namespace EmailRouting.Policy;

/// <summary>Asks whether a sender's domain takes mail at all.</summary>
internal static class SenderDomainLookup
{
    public static async Task<SenderDomainState> AskAsync(IResolver resolver, string domain, CancellationToken cancellation)
    {
        switch (await resolver.MailExchangesAsync(domain, cancellation))
        {
            // RFC 7505 §3: the only record it has, or it is a mistake that a real one beside it puts right.
            case DnsAnswer<MailExchange>.Found found:
                return found.Records.All(static mx => mx.Host.Length == 0) ? SenderDomainState.NullMx : SenderDomainState.Reachable;

            case DnsAnswer<MailExchange>.Failed:
                return SenderDomainState.NotAnswered;
        }

        return await resolver.AddressesAsync(domain, cancellation) switch
        {
            DnsAnswer<IPAddress>.Found => SenderDomainState.Reachable,
            DnsAnswer<IPAddress>.None => SenderDomainState.Unknown,
            _ => SenderDomainState.NotAnswered,
        };
    }
}
