using System.Net;
using System.Net.Sockets;

namespace EmailRouting.Testing;

/// <summary>Ports of 127.0.0.1 that nobody listens on.</summary>
public static class LoopbackPort
{
    /// <summary>Different ones. Free at this moment: take them soon.</summary>
    public static int[] Free(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (TcpListener listener in listeners)
        {
            listener.Start();
        }

        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (TcpListener listener in listeners)
        {
            listener.Stop();
        }

        return ports;
    }
}
