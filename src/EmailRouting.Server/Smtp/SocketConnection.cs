using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace EmailRouting.Server.Smtp;

/// <summary>One accepted socket: whoever reads or writes it does so itself, no task and no pipe stands between.</summary>
/// <remarks>
/// Kestrel's own sockets read ahead into a pipe and write from one. For SMTP, which takes turns, each turn then passes through two more tasks, and a message comes in pieces of 4 KiB.
/// </remarks>
internal sealed class SocketConnection : ConnectionContext, IDuplexPipe
{
    // Unread octets turn a close into a reset, which may overtake the last reply. This much of them is thrown away first.
    private const int Drained = 64 * 1024;

    private static long _count;

    private readonly Socket _socket;
    private readonly SocketReader _input;
    private readonly SocketWriter _output;

    public SocketConnection(Socket socket)
    {
        (_socket, _input, _output) = (socket, new SocketReader(socket), new SocketWriter(socket));
        (LocalEndPoint, RemoteEndPoint) = (socket.LocalEndPoint, socket.RemoteEndPoint);
        Transport = this;
        Features.Set(this);
    }

    public override string ConnectionId { get; set; } = $"smtp-{Interlocked.Increment(ref _count)}";

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new ConnectionItems();

    public override IDuplexPipe Transport { get; set; }

    public PipeReader Input => _input;

    public PipeWriter Output => _output;

    /// <summary>Whether the client has reset the connection.</summary>
    public bool IsReset
    {
        get
        {
            try
            {
                return _socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) is int error and not 0;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return true;
            }
        }
    }

    /// <summary>Whether the client has closed or reset its side.</summary>
    public bool IsClosedByClient
    {
        get
        {
            try
            {
                return TcpState.Of(_socket) != TcpState.Established;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return true;
            }
        }
    }

    public override void Abort(ConnectionAbortedException abortReason) => _socket.Dispose();

    public override async ValueTask DisposeAsync()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
            byte[] rest = [];
            for (int left = Drained; left > 0 && _socket.Available > 0; left -= rest.Length)
            {
                rest = rest.Length > 0 ? rest : new byte[4096];
                _socket.Receive(rest);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client is gone; there is nobody to say goodbye to.
        }

        _socket.Dispose();
        await base.DisposeAsync();
    }
}
