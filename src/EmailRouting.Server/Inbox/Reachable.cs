using System.Net;

namespace EmailRouting.Server.Inbox;

/// <summary>Turns where somebody listens into where this machine can reach him.</summary>
internal static class Reachable
{
    public static IPEndPoint From(IPEndPoint listening) =>
        listening.Address.Equals(IPAddress.Any) ? new IPEndPoint(IPAddress.Loopback, listening.Port)
        : listening.Address.Equals(IPAddress.IPv6Any) ? new IPEndPoint(IPAddress.IPv6Loopback, listening.Port)
        : listening;
}
