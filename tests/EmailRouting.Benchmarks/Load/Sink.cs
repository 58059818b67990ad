using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using EmailRouting.Testing;

namespace EmailRouting.Benchmarks.Load;

/// <summary>Takes every message and throws it away.</summary>
internal sealed class Sink : IAsyncDisposable
{
    private readonly SinkOptions _options;
    private readonly Socket _listener;
    private readonly X509Certificate2? _certificate;
    private readonly Task _accepting;
    private long _count;
    private long _lastAt;

    private Sink(SinkOptions options)
    {
        _options = options;
        _certificate = options.Tls ? SelfSignedCertificate.For("sink.test") : null;
        _listener = Listening.On(options.Listen);
        _accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>Messages so far.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>When the last one was taken, in milliseconds since 1970.</summary>
    public long LastAt => Volatile.Read(ref _lastAt);

    public static Sink Start(SinkOptions options) => new(options);

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        _certificate?.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = TalkAsync(await _listener.AcceptAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task TalkAsync(Socket socket)
    {
        socket.NoDelay = true;
        using var session = new SinkSession(new NetworkStream(socket, ownsSocket: true), _options, _certificate, Take);
        try
        {
            await session.TalkAsync();
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            // The client went.
        }
    }

    private void Take()
    {
        // Before the count, so that who sees the count sees the time that belongs to it, or a later one.
        Volatile.Write(ref _lastAt, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        Interlocked.Increment(ref _count);
    }
}
