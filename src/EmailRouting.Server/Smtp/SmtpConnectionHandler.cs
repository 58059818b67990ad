using System.Net;
using EmailRouting.Reception;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace EmailRouting.Server.Smtp;

/// <summary>Hands Kestrel's connections on an SMTP endpoint to the front end.</summary>
internal sealed class SmtpConnectionHandler(SmtpFrontEnd frontEnd, IHostApplicationLifetime lifetime) : ConnectionHandler
{
    public override Task OnConnectedAsync(ConnectionContext connection)
    {
        SocketConnection socket = connection.Features.GetRequiredFeature<SocketConnection>();
        var client = new ClientConnection(Address(connection.RemoteEndPoint), Address(connection.LocalEndPoint), () => socket.IsReset, () => socket.IsClosedByClient);
        return frontEnd.ServeAsync(client, connection.Transport, lifetime.ApplicationStopping);
    }

    // Mapped IPv4 addresses are unmapped before anything looks at them: a list of networks names 10.0.0.0/8, not ::ffff:10.0.0.0/104.
    private static IPEndPoint Address(EndPoint? endPoint) => endPoint switch
    {
        IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped => new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port),
        IPEndPoint plain => plain,
        _ => new IPEndPoint(IPAddress.None, 0),
    };
}
