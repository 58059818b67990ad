using System.Net;
using System.Net.Sockets;

namespace EmailRouting.Testing;

/// <summary>Ports of 127.0.0.1 for servers that are told their port, and may be restarted on it.</summary>
/// <remarks>
/// They lie below the ports that systems give to who asks for any (Linux: from 32768): between two lives of a server
/// nobody is given its port. Another test process keeps off as well: whoever has the UDP port of the same number, which is held to
/// the end of the process, has the TCP port.
/// </remarks>
public static class LoopbackPort
{
    private const int First = 10_000;
    private const int End = 32_768;

    private static readonly List<Socket> Held = [];
    private static readonly Lock Gate = new();
    private static int _next = First + (Environment.ProcessId * 64 % (End - First)); // apart from what other test processes try first

    /// <summary>Different ones, that nobody listens on and no later call returns.</summary>
    public static int[] Free(int count)
    {
        lock (Gate)
        {
            return [.. Enumerable.Range(0, count).Select(_ => Next())];
        }
    }

    private static int Next()
    {
        for (int tried = First; tried < End; tried++)
        {
            int port = _next;
            _next = port + 1 < End ? port + 1 : First;
            if (Bind(port, SocketType.Dgram, ProtocolType.Udp) is { } held)
            {
                Held.Add(held);
                using Socket? free = Bind(port, SocketType.Stream, ProtocolType.Tcp);
                if (free is not null)
                {
                    return port;
                }
            }
        }

        throw new InvalidOperationException($"Every port of 127.0.0.1 from {First} to {End - 1} is taken.");
    }

    private static Socket? Bind(int port, SocketType type, ProtocolType protocol)
    {
        var socket = new Socket(AddressFamily.InterNetwork, type, protocol);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }
}
