using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace EmailRouting.Server.Smtp;

/// <summary>The sockets that SMTP listens on, for Kestrel; HTTP keeps a transport of its own.</summary>
internal sealed class SmtpTransport(SmtpListeners listeners, TimeProvider clock) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private const int Backlog = 1024;

    public bool CanBind(EndPoint endpoint) => listeners.Endpoints.Contains(endpoint);

    /// <exception cref="AddressInUseException">Another program listens there.</exception>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        try
        {
            Socket socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            socket.Listen(Backlog);
            return ValueTask.FromResult<IConnectionListener>(new SmtpListener(socket, clock));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(e.Message, e);
        }
    }
}
