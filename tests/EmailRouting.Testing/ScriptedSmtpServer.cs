using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EmailRouting.Testing;

/// <summary>
/// A remote host on 127.0.0.1 that does what it is told at each step: <c>CONNECT</c>, <c>EHLO</c>, <c>HELO</c>, <c>STARTTLS</c>, <c>AUTH</c>, <c>MAIL</c>,
/// <c>RCPT</c>, <c>DATA</c>, <c>DOT</c>, <c>RSET</c>, <c>QUIT</c>. Untold, it takes everything.
/// </summary>
public sealed class ScriptedSmtpServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, Reaction> _always = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Reaction>> _next = new();
    private readonly ConcurrentDictionary<int, Task> _sessions = new();
    private readonly string[] _extensions;
    private readonly Task _accepting;
    private int _connections;

    /// <param name="extensions">The lines of the EHLO reply after the first.</param>
    public ScriptedSmtpServer(params string[] extensions)
    {
        _extensions = extensions;
        _listener.Start();
        EndPoint = (IPEndPoint)_listener.LocalEndpoint;
        _accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>For STARTTLS, or for TLS at once where <see cref="IsImplicitTls"/>.</summary>
    public X509Certificate2? Certificate { get; init; }

    public bool IsImplicitTls { get; init; }

    /// <summary>So far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Messages whose final dot was read, whatever was then said to them.</summary>
    public ConcurrentQueue<ReceivedMail> Messages { get; } = [];

    /// <summary>Every command line, in the order they came.</summary>
    public ConcurrentQueue<string> Commands { get; } = [];

    /// <summary>From now on.</summary>
    public ScriptedSmtpServer At(string step, Reaction reaction)
    {
        _always[step] = reaction;
        return this;
    }

    /// <summary>Once, before what holds always; several are used up in turn.</summary>
    /// <param name="step">As in the summary of the class.</param>
    /// <param name="reaction">To whichever message comes there first.</param>
    /// <param name="sender">The reverse-path of the only mail that it is meant for: where other mail may be on its way, such as a retry of what an earlier test left.</param>
    public ScriptedSmtpServer AtOnce(string step, Reaction reaction, string? sender = null)
    {
        _next.GetOrAdd(sender is null ? step : StepOf(step, sender), static _ => []).Enqueue(reaction);
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_sessions.Values);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(_stop.Token);
                int number = Interlocked.Increment(ref _connections);
                _sessions[number] = ServeAsync(socket, number);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket socket, int number)
    {
        await Task.Yield();
        socket.NoDelay = true;
        Stream stream = new NetworkStream(socket, ownsSocket: false);
        try
        {
            if (IsImplicitTls)
            {
                stream = await EncryptAsync(stream);
            }

            await TalkAsync(socket, stream, number);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or ObjectDisposedException
            or System.Security.Authentication.AuthenticationException)
        {
            // The client went, or the test is over.
        }
        finally
        {
            socket.Dispose();
        }
    }

    private async Task<SslStream> EncryptAsync(Stream stream)
    {
        var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Certificate }, _stop.Token);
        return tls;
    }

    private async Task TalkAsync(Socket socket, Stream stream, int number)
    {
        var input = new LineInput(stream, _stop.Token);
        string mail = string.Empty;
        string rcpt = string.Empty;
        string offer = string.Join('\n', _extensions.Prepend("remote.example").Select((line, i) => $"250{(i == _extensions.Length ? ' ' : '-')}{line}"));
        if (!await ReactAsync(ReactionAt("CONNECT", "220 remote.example ESMTP", mail), socket, stream))
        {
            return;
        }

        while (await input.ReadLineAsync() is { } bytes)
        {
            string line = Encoding.UTF8.GetString(bytes).TrimEnd('\r', '\n');
            Commands.Enqueue(line);
            string verb = line.Split(' ', ':')[0].ToUpperInvariant();
            switch (verb)
            {
                case "MAIL":
                    mail = line;
                    break;
                case "RCPT":
                    rcpt = line;
                    break;
            }

            string usual = verb switch
            {
                "EHLO" => offer,
                "HELO" => "250 remote.example",
                "STARTTLS" => "220 2.0.0 go ahead",
                "AUTH" => "235 2.7.0 welcome",
                "DATA" => "354 go ahead",
                "QUIT" => "221 2.0.0 bye",
                _ => "250 2.0.0 ok",
            };
            Reaction reaction = ReactionAt(verb, usual, mail);
            if (!await ReactAsync(reaction, socket, stream) || verb == "QUIT")
            {
                return;
            }

            if (verb == "STARTTLS" && reaction.Text.StartsWith('2'))
            {
                stream = await EncryptAsync(stream);
                input = new LineInput(stream, _stop.Token);
            }

            if (verb == "DATA" && reaction.Text.StartsWith('3'))
            {
                (byte[] wire, byte[] content) = await ReadMessageAsync(input);
                Messages.Enqueue(new ReceivedMail(mail, rcpt, wire, content, number));
                if (!await ReactAsync(ReactionAt("DOT", "250 2.0.0 taken", mail), socket, stream))
                {
                    return;
                }
            }

            // A challenge is answered by a line that is no command.
            if (verb == "AUTH")
            {
                while (reaction.Text.StartsWith('3') && await input.ReadLineAsync() is { } answer)
                {
                    Commands.Enqueue(Encoding.ASCII.GetString(answer).TrimEnd());
                    reaction = ReactionAt(verb, usual, mail);
                    if (!await ReactAsync(reaction, socket, stream))
                    {
                        return;
                    }
                }
            }
        }
    }

    private static async Task<(byte[] Wire, byte[] Content)> ReadMessageAsync(LineInput input)
    {
        using var wire = new MemoryStream();
        using var content = new MemoryStream();
        while (await input.ReadLineAsync() is { } line)
        {
            wire.Write(line);
            if (line.AsSpan().SequenceEqual(".\r\n"u8))
            {
                return (wire.ToArray(), content.ToArray());
            }

            content.Write(line.AsSpan(line[0] == '.' ? 1 : 0));
        }

        throw new EndOfStreamException();
    }

    private static string StepOf(string step, string sender) => $"{step} {sender}";

    /// <param name="mail">The last MAIL command, or nothing.</param>
    private Reaction ReactionAt(string step, string usual, string mail) =>
        TakeNext(StepOf(step, mail[(mail.IndexOf('<') + 1)..Math.Max(mail.IndexOf('>'), 0)])) ?? TakeNext(step)
        ?? (_always.TryGetValue(step, out Reaction? always) ? always : Reaction.Say(usual));

    private Reaction? TakeNext(string step) => _next.TryGetValue(step, out ConcurrentQueue<Reaction>? next) && next.TryDequeue(out Reaction? once) ? once : null;

    /// <returns>False where the conversation is over.</returns>
    private async Task<bool> ReactAsync(Reaction reaction, Socket socket, Stream stream)
    {
        if (reaction.Text.Length > 0)
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(reaction.Text.Replace("\n", "\r\n", StringComparison.Ordinal) + "\r\n"), _stop.Token);
        }

        switch (reaction.Then)
        {
            case Reaction.Ending.Hang:
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stop.Token);
                return false;
            case Reaction.Ending.Reset:
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
                return false;
            case Reaction.Ending.Close:
                // What has arrived is read first: a close with unread bytes would be a reset.
                socket.Shutdown(SocketShutdown.Send);
                await stream.CopyToAsync(Stream.Null, _stop.Token);
                return false;
            default:
                return true;
        }
    }
}
