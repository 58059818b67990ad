using System.Net;
using System.Net.Sockets;
using System.Text;
using EmailRouting.Diagnosis;

namespace EmailRouting.Server.Diagnosis;

/// <summary>Whether each endpoint of <c>Smtp:Listen</c> is served by us, free, or in somebody else's hands.</summary>
internal sealed class PortCheck(IReadOnlyList<IPEndPoint> endpoints, string hostName, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellation)
    {
        var findings = new List<Finding>();
        foreach (IPEndPoint endpoint in endpoints)
        {
            findings.Add(await LookAsync(endpoint, cancellation));
        }

        return findings;
    }

    private async Task<Finding> LookAsync(IPEndPoint endpoint, CancellationToken cancellation)
    {
        string subject = $"port {endpoint}";
        try
        {
            using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (endpoint.AddressFamily == AddressFamily.InterNetworkV6)
            {
                socket.DualMode = true;
            }

            socket.Bind(endpoint);
            socket.Listen(1);
            return Finding.Ok(subject, "is free: the server can listen there once it runs");
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            string? greeting = await GreetingAsync(endpoint, cancellation);
            return greeting?.StartsWith($"220 {hostName} ", StringComparison.OrdinalIgnoreCase) is true
                ? Finding.Ok(subject, $"is answered by {hostName}: '{greeting}'")
                : Finding.Fail(
                    subject,
                    greeting is null ? "another program listens there, and sends no greeting" : $"another program listens there: '{greeting}'",
                    "The server does not start while an endpoint of Smtp:Listen is taken.",
                    $"Find the program with: ss -ltnp 'sport = :{endpoint.Port}', and stop it; or change Smtp:Listen.");
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
        {
            return Finding.Fail(
                subject, $"{Environment.UserName} may not listen there", "Other mail servers deliver to port 25 only.",
                "Run as root, grant CAP_NET_BIND_SERVICE (systemd: AmbientCapabilities=CAP_NET_BIND_SERVICE), or listen on 2525 and forward port 25 to it.");
        }
        catch (SocketException e)
        {
            return Finding.Fail(subject, e.Message, "The server does not start where it cannot listen.", "Give Smtp:Listen an address of this machine, such as [::]:25.");
        }
    }

    private async Task<string?> GreetingAsync(IPEndPoint endpoint, CancellationToken cancellation)
    {
        IPAddress target = endpoint.Address.Equals(IPAddress.Any) ? IPAddress.Loopback
            : endpoint.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
            : endpoint.Address;
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            using var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(target, endpoint.Port, either.Token);
            await using var stream = new NetworkStream(socket);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            return await reader.ReadLineAsync(either.Token) is { Length: > 0 } line ? line : null;
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            return null;
        }
    }
}
