using System.Net.Sockets;

namespace EmailRouting.Server.Smtp;

/// <summary>Where a connection stands in TCP's own book-keeping (RFC 9293 §3.3.2).</summary>
internal static class TcpState
{
    public const byte Established = 1;

    private const byte CloseWait = 8;
    private const int Tcp = 6;
    private const int Information = 11;

    /// <summary>The state by Linux's numbers. Other systems are asked what they can say: a FIN is seen there once nothing is left to be read before it.</summary>
    /// <exception cref="SocketException">The socket cannot tell.</exception>
    public static byte Of(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
        {
            return socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0 ? CloseWait : Established;
        }

        Span<byte> information = stackalloc byte[1];
        socket.GetRawSocketOption(Tcp, Information, information);
        return information[0];
    }
}
