using System.Buffers.Text;
using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace EmailRouting.Benchmarks.Load;

/// <summary>One SMTP connection of the load generator. It does as little as a client can, so that the machine is left to what is measured.</summary>
internal sealed class ClientConnection : IDisposable
{
    // Longer than a server may take to give up on a destination, so that its answer is heard.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly byte[] Ehlo = [.. "EHLO load.test\r\n"u8];
    private static readonly byte[] StartTls = [.. "STARTTLS\r\n"u8];
    private static readonly byte[] Data = [.. "DATA\r\n"u8];
    private static readonly byte[] Dot = [.. ".\r\n"u8];
    private static readonly byte[] Reset = [.. "RSET\r\n"u8];
    private static readonly byte[] Quit = [.. "QUIT\r\n"u8];

    private readonly CancellationTokenSource _timeout = new();
    private readonly byte[] _input = new byte[4096];
    private readonly SendOptions _options;
    private readonly byte[] _mail;
    private readonly byte[][] _recipients;
    private readonly byte[][] _envelopes;
    private Stream _stream;
    private int _start;
    private int _end;

    private ClientConnection(Socket socket, SendOptions options)
    {
        _stream = new NetworkStream(socket, ownsSocket: true);
        _options = options;
        _mail = Encoding.ASCII.GetBytes($"MAIL FROM:<{options.From}>\r\n");
        _recipients = [.. options.Recipients.Select(static recipient => Encoding.ASCII.GetBytes($"RCPT TO:<{recipient}>\r\n"))];
        _envelopes = options.Pipelining ? [.. _recipients.Select(recipient => (byte[])[.. _mail, .. recipient, .. Data])] : [];
    }

    /// <summary>False after a 421: the server has hung up, or is about to.</summary>
    public bool IsUsable { get; private set; } = true;

    /// <exception cref="IOException">Refused or lost; the message says by which reply.</exception>
    public static async Task<ClientConnection> OpenAsync(SendOptions options)
    {
        var connection = new ClientConnection(await ConnectAsync(options), options);
        try
        {
            connection._timeout.CancelAfter(Patience);
            Demand("greeting", await connection.ReadReplyAsync());
            Demand("EHLO", await connection.SayAsync(Ehlo));
            if (options.StartTls)
            {
                Demand("STARTTLS", await connection.SayAsync(StartTls));
                await connection.EncryptAsync();
                Demand("EHLO", await connection.SayAsync(Ehlo));
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <exception cref="IOException">The connection was lost.</exception>
    /// <exception cref="OperationCanceledException">There was no reply for a minute.</exception>
    public async ValueTask<Sent> SendAsync(LoadMail mail, int number)
    {
        _timeout.CancelAfter(Patience);
        mail.Become(number);
        long began = Stopwatch.GetTimestamp();
        int recipient = number % _recipients.Length;
        Sent refusal = _options.Pipelining ? await SendEnvelopeAtOnceAsync(recipient) : await SendEnvelopeAsync(recipient);
        if (refusal.Refusal is not null)
        {
            return refusal;
        }

        if (!mail.First.IsEmpty)
        {
            await _stream.WriteAsync(mail.First, _timeout.Token);
        }

        long dot = Stopwatch.GetTimestamp();
        Reply taken = await SayAsync(mail.Last);
        long end = Stopwatch.GetTimestamp();
        return taken.IsPositive
            ? new Sent(Stopwatch.GetElapsedTime(began, end), Stopwatch.GetElapsedTime(dot, end), Refusal: null)
            : Sent.Refused("final dot", taken);
    }

    public async Task QuitAsync() => await SayAsync(Quit);

    public void Dispose()
    {
        _stream.Dispose();
        _timeout.Dispose();
    }

    private static async Task<Socket> ConnectAsync(SendOptions options)
    {
        var socket = new Socket(options.To.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(options.To);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void Demand(string command, Reply reply)
    {
        if (!reply.IsPositive)
        {
            throw new IOException($"{command}: {reply.Text}");
        }
    }

    private async Task EncryptAsync()
    {
        var encrypted = new SslStream(_stream, leaveInnerStreamOpen: false);
        _stream = encrypted;
#pragma warning disable CA5359 // What is sent is worth nothing, and the certificate of a server that is measured is its own.
        var options = new SslClientAuthenticationOptions { TargetHost = "load.test", RemoteCertificateValidationCallback = static (_, _, _, _) => true };
#pragma warning restore CA5359
        await encrypted.AuthenticateAsClientAsync(options, _timeout.Token);
    }

    private async ValueTask<Sent> SendEnvelopeAsync(int recipient)
    {
        Reply mail = await SayAsync(_mail);
        if (!mail.IsPositive)
        {
            return await GiveUpAsync("MAIL", mail, Reset);
        }

        Reply rcpt = await SayAsync(_recipients[recipient]);
        if (!rcpt.IsPositive)
        {
            return await GiveUpAsync("RCPT", rcpt, Reset);
        }

        Reply data = await SayAsync(Data);
        return data.Code == 354 ? default : await GiveUpAsync("DATA", data, Reset);
    }

    private async ValueTask<Sent> SendEnvelopeAtOnceAsync(int recipient)
    {
        Reply mail = await SayAsync(_envelopes[recipient]);
        Reply rcpt = await ReadReplyAsync();
        Reply data = await ReadReplyAsync();
        if (mail.IsPositive && rcpt.IsPositive && data.Code == 354)
        {
            return default;
        }

        // RFC 2920 §3.1: a server may say 354 although it took no recipient; a lone dot ends that.
        byte[] clear = data.Code == 354 ? Dot : Reset;
        return !mail.IsPositive ? await GiveUpAsync("MAIL", mail, clear)
            : !rcpt.IsPositive ? await GiveUpAsync("RCPT", rcpt, clear)
            : await GiveUpAsync("DATA", data, clear);
    }

    /// <summary>Leaves the connection as the next message needs it, where there is still one.</summary>
    private async ValueTask<Sent> GiveUpAsync(string command, Reply reply, byte[] clear)
    {
        if (IsUsable)
        {
            await SayAsync(clear);
        }

        return Sent.Refused(command, reply);
    }

    private async ValueTask<Reply> SayAsync(ReadOnlyMemory<byte> command)
    {
        await _stream.WriteAsync(command, _timeout.Token);
        return await ReadReplyAsync();
    }

    private async ValueTask<Reply> ReadReplyAsync()
    {
        while (true)
        {
            while (_input.AsSpan(_start, _end - _start).IndexOf((byte)'\n') is >= 0 and int end)
            {
                int line = _start;
                _start += end + 1;
                if (end >= 3 && _input[line + 3] != (byte)'-')
                {
                    return Read(_input.AsSpan(line, end));
                }
            }

            if (_start > 0)
            {
                _input.AsSpan(_start, _end - _start).CopyTo(_input);
                (_start, _end) = (0, _end - _start);
            }

            if (_end == _input.Length)
            {
                throw new IOException("the server sent a line without an end");
            }

            int read = await _stream.ReadAsync(_input.AsMemory(_end), _timeout.Token);
            _end += read > 0 ? read : throw new IOException("the server closed the connection");
        }
    }

    private Reply Read(ReadOnlySpan<byte> line)
    {
        if (!Utf8Parser.TryParse(line[..3], out int code, out _))
        {
            code = 0;
        }

        IsUsable &= code != 421;
        return new Reply(code, code is >= 200 and < 400 ? string.Empty : Encoding.UTF8.GetString(line).TrimEnd());
    }
}
