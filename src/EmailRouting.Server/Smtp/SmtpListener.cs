using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace EmailRouting.Server.Smtp;

/// <summary>Takes connections on one endpoint.</summary>
internal sealed class SmtpListener(Socket socket, TimeProvider clock) : IConnectionListener
{
    // What an accept fails with that is not the client's doing does not go away at once: no descriptors, no memory.
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(100);

    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    /// <returns>Null once it is unbound.</returns>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                Socket accepted = await socket.AcceptAsync(cancellationToken);
                if (Open(accepted) is { } connection)
                {
                    return connection;
                }
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return null;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
            {
                // Gone before it was greeted.
            }
            catch (SocketException)
            {
                await Task.Delay(AfterFailure, clock, cancellationToken);
            }
        }
    }

    /// <returns>Null where the client is gone already: that is no failure of ours, and nobody else waits for it.</returns>
    private static SocketConnection? Open(Socket accepted)
    {
        try
        {
            // Nagle's algorithm would hold a reply back until the one before it is acknowledged.
            accepted.NoDelay = true;
            return new SocketConnection(accepted);
        }
        catch (SocketException)
        {
            accepted.Dispose();
            return null;
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();
}
