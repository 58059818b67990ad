using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace EmailRouting.Server.Tests.Harness;

/// <summary>A sender that puts on the wire exactly the octets it is given.</summary>
internal sealed class RawSmtpClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[16 * 1024];
    private Stream _stream;
    private int _start;
    private int _end;

    private RawSmtpClient(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>Nothing read yet. The socket is closed with the client.</summary>
    public static RawSmtpClient On(Socket socket) => new(socket);

    /// <summary>Connected, and the greeting read.</summary>
    public static async Task<RawSmtpClient> ConnectAsync(IPEndPoint server)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server);
        var client = new RawSmtpClient(socket);
        await client.ExpectAsync("220");
        return client;
    }

    /// <summary>Greeted with EHLO, inside TLS where that is asked for.</summary>
    public static async Task<RawSmtpClient> GreetAsync(IPEndPoint server, bool tls = false)
    {
        RawSmtpClient client = await ConnectAsync(server);
        await client.CommandAsync("EHLO sender.example", "250");
        if (tls)
        {
            await client.StartTlsAsync();
            await client.CommandAsync("EHLO sender.example", "250");
        }

        return client;
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> octets) => _stream.WriteAsync(octets);

    public ValueTask SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>FIN: we say no more, but listen on.</summary>
    public void CloseSendingSide() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>RST.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Dispose();
    }

    /// <summary>Sends a line and reads one reply.</summary>
    public async Task<string> CommandAsync(string line)
    {
        await SendAsync(line + "\r\n");
        return await ReadReplyAsync() ?? throw new EndOfStreamException($"The server hung up after '{line}'");
    }

    public async Task<string> CommandAsync(string line, string expected)
    {
        await SendAsync(line + "\r\n");
        return await ExpectAsync(expected);
    }

    /// <returns>The reply, which starts as expected.</returns>
    public async Task<string> ExpectAsync(string start)
    {
        string? reply = await ReadReplyAsync();
        return reply?.StartsWith(start, StringComparison.Ordinal) == true ? reply : throw new InvalidDataException($"Expected {start}, heard {reply ?? "the end"}");
    }

    /// <summary>Sends a message; the octets are those before dot-stuffing.</summary>
    /// <returns>The reply to the final dot.</returns>
    public async Task<string> MailAsync(ReadOnlyMemory<byte> content, string sender = "MAIL FROM:<from@sender.example>", string recipient = $"RCPT TO:<{RunningServer.Alias}>")
    {
        await CommandAsync(sender, "250");
        await CommandAsync(recipient, "250");
        return await DataAsync(Stuffing.Wire(content.Span));
    }

    /// <summary>From DATA to the reply to the final dot, which the octets must hold.</summary>
    public async Task<string> DataAsync(ReadOnlyMemory<byte> wire)
    {
        await CommandAsync("DATA", "354");
        await SendAsync(wire);
        return await ReadReplyAsync() ?? throw new EndOfStreamException("The server hung up after the message");
    }

    /// <returns>All lines of one reply without the last CR LF; null at the end of the connection.</returns>
    public async Task<string?> ReadReplyAsync()
    {
        var reply = new StringBuilder();
        while (await ReadLineAsync() is { } line)
        {
            reply.Append(line);
            if (line.Length < 4 || line[3] != '-')
            {
                return reply.ToString();
            }

            reply.Append('\n');
        }

        return null;
    }

    public async Task StartTlsAsync()
    {
        await CommandAsync("STARTTLS", "220");
        var tls = new SslStream(_stream, leaveInnerStreamOpen: false, static (_, certificate, _, _) => certificate?.Subject == "CN=mx.router.test");
        await tls.AuthenticateAsClientAsync("mx.router.test");
        _stream = tls;
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async Task<string?> ReadLineAsync()
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_start == _end)
            {
                _start = 0;
                _end = await _stream.ReadAsync(_buffer).AsTask().WaitAsync(Patience);
                if (_end == 0)
                {
                    return null;
                }
            }

            char c = (char)_buffer[_start++];
            if (c == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append(c);
        }
    }
}
