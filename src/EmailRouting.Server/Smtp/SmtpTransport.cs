using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace EmailRouting.Server.Smtp;

/// <summary>Kestrel's sockets as SMTP wants them; HTTP keeps a transport of its own.</summary>
/// <remarks>
/// A conversation never blocks, so it goes on where the socket woke it: each hop to another thread costs a small message more than its parsing does. Pages and the API
/// wait for databases and keep the hops.
/// </remarks>
internal sealed class SmtpTransport(SmtpListeners listeners, ILoggerFactory loggers) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    // A connection's unread octets. More gains no speed, and a thousand senders would hold a gigabyte.
    private const int ReadBuffer = 64 * 1024;

    private readonly SocketTransportFactory _sockets = new(
        Options.Create(new SocketTransportOptions
        {
            MaxReadBufferSize = ReadBuffer,
            Backlog = 1024,
            UnsafePreferInlineScheduling = true,

            // A buffer is kept ready for the next command: 4 KiB for each idle connection, and one system call less for every read.
            WaitForDataBeforeAllocatingBuffer = false,
        }),
        loggers);

    public bool CanBind(EndPoint endpoint) => listeners.Endpoints.Contains(endpoint) && _sockets.CanBind(endpoint);

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => _sockets.BindAsync(endpoint, cancellationToken);
}
