using System.Net;
using System.Net.Sockets;

namespace EmailRouting.Benchmarks.Load;

internal static class Listening
{
    private const int Backlog = 4096;

    /// <exception cref="UsageException">The port is taken, or the address is not this machine's.</exception>
    public static Socket On(IPEndPoint endPoint)
    {
        var listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(endPoint);
            listener.Listen(Backlog);
            return listener;
        }
        catch (SocketException e)
        {
            listener.Dispose();
            throw new UsageException($"--listen is '{endPoint}': {e.Message}; allowed: an address of this machine and a free port");
        }
    }
}
