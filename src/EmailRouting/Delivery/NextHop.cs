using System.Net;

namespace EmailRouting.Delivery;

/// <summary>One address to connect to. Connections to equal hops are interchangeable.</summary>
/// <param name="Host">The name it was found by: for the log and for the certificate.</param>
/// <param name="EndPoint">Where.</param>
/// <param name="Smarthost">Set where this is the configured smarthost: trusted, perhaps with TLS from the first byte and a sign-in.</param>
internal sealed record NextHop(string Host, IPEndPoint EndPoint, Smarthost? Smarthost)
{
    public string Address { get; } = EndPoint.ToString();
}
