using System.Net;
using EmailRouting.Network;

namespace EmailRouting.Delivery;

/// <summary>One address to connect to. Connections to equal hops are interchangeable: what a policy demands of one is demanded of all that wait in its pool.</summary>
/// <param name="Host">The name it was found by: for the log and for the certificate.</param>
/// <param name="EndPoint">Where.</param>
/// <param name="Smarthost">Set where this is the configured smarthost: trusted, perhaps with TLS from the first byte and a sign-in.</param>
/// <param name="Policy">What the domain's policy of MTA-STS asks.</param>
internal sealed record NextHop(string Host, IPEndPoint EndPoint, Smarthost? Smarthost, MtaStsMode Policy = MtaStsMode.None)
{
    public string Address { get; } = EndPoint.ToString();

    /// <summary>Whose host it is; see <see cref="Providers"/>.</summary>
    public string Provider { get; } = Providers.NameOf(Host);
}
