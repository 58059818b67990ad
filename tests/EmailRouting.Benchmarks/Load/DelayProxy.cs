using System.Net;
using System.Net.Sockets;

namespace EmailRouting.Benchmarks.Load;

/// <summary>Passes on what comes, half a round trip later, in both directions.</summary>
/// <remarks>It delays and does not slow: what follows does not wait for what is under way.</remarks>
internal sealed class DelayProxy(IPEndPoint to, TimeSpan roundTrip)
{
    public async Task CarryAsync(Socket near)
    {
        using var far = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (near)
        {
            near.NoDelay = true;
            try
            {
                // A distant host hears that it is connected one and a half round trips after the first packet, and greets then.
                await Task.Delay(roundTrip * 1.5);
                await far.ConnectAsync(to);
                await Task.WhenAll(new DelayedDirection(near, far, roundTrip / 2).CarryAsync(), new DelayedDirection(far, near, roundTrip / 2).CarryAsync());
            }
            catch (SocketException)
            {
                // One side went; the other hears of it by its connection's end.
            }
        }
    }
}
