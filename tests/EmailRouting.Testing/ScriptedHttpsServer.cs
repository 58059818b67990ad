using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EmailRouting.Testing;

/// <summary>A web server on 127.0.0.1 that says the same to everybody, octet for octet, and hangs up.</summary>
public sealed class ScriptedHttpsServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _sessions = [];
    private readonly X509Certificate2 _certificate;
    private readonly Task _accepting;
    private volatile string _response = string.Empty;

    public ScriptedHttpsServer(X509Certificate2 certificate)
    {
        _certificate = certificate;
        _listener.Start();
        EndPoint = (IPEndPoint)_listener.LocalEndpoint;
        _accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>Each request's first line and host: <c>GET /x HTTP/1.1 www.example</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>From now on: status line, headers, body. Empty: says nothing, and does not hang up.</summary>
    public ScriptedHttpsServer Say(string response)
    {
        _response = response;
        return this;
    }

    /// <summary>From now on a file, with 200.</summary>
    public ScriptedHttpsServer SayFile(string body, string type = "text/plain") =>
        Say($"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_sessions);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(_stop.Token);
                _sessions.Add(ServeAsync(socket));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await Task.Yield();
        try
        {
            await using var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
            using var reader = new StreamReader(tls, Encoding.ASCII, leaveOpen: true);
            if (await reader.ReadLineAsync(_stop.Token) is not { } first)
            {
                // It did not like our certificate.
                return;
            }

            string host = string.Empty;
            while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
            {
                host = line.StartsWith("Host: ", StringComparison.OrdinalIgnoreCase) ? line[6..] : host;
            }

            Requests.Enqueue($"{first} {host.Split(':')[0]}");
            if (_response.Length == 0)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stop.Token);
            }

            await tls.WriteAsync(Encoding.UTF8.GetBytes(_response), _stop.Token);
            await tls.ShutdownAsync();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or ObjectDisposedException or AuthenticationException)
        {
            // The client went, or the test is over.
        }
    }
}
