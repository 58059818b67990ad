using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using EmailRouting.Smtp;

namespace EmailRouting.Delivery;

/// <summary>The bytes of one outbound connection: what is written is gathered and flushed in one piece, what is read comes out as replies.</summary>
/// <remarks>
/// A limit of time and a cancellation both close the socket, whatever is under way on it; the operation then fails by itself. So no read or write
/// carries a token, and a step costs one timer change.
/// </remarks>
internal sealed class SmtpWire : IDisposable
{
    private readonly Socket _socket;
    private readonly ITimer _deadline;
    private readonly ArrayBufferWriter<byte> _output = new(4096);
    private readonly HeardReplies _heard = new();
    private byte[] _input = new byte[2048];
    private int _start;
    private int _end;
    private SslStream? _tls;
    private volatile string? _abortedBecause;

    private SmtpWire(Socket socket, TimeProvider clock)
    {
        _socket = socket;
        _deadline = clock.CreateTimer(
            static wire => ((SmtpWire)wire!).Abort("no answer in time"), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Protocol and cipher; empty in clear text.</summary>
    public string Tls { get; private set; } = string.Empty;

    /// <summary>Where the next command or block is written to; see <see cref="FlushAsync"/>.</summary>
    public IBufferWriter<byte> Output => _output;

    public int Unflushed => _output.WrittenCount;

    /// <summary>Bytes have been read that nobody has asked for yet.</summary>
    public bool HasUnreadInput => _end > _start;

    /// <exception cref="ConnectionLostException">It could not be reached.</exception>
    public static async ValueTask<SmtpWire> ConnectAsync(IPEndPoint endPoint, TimeSpan limit, TimeProvider clock, CancellationToken cancellation)
    {
        // Nagle's algorithm and delayed acknowledgements together cost 40 ms a message.
        var wire = new SmtpWire(new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }, clock);
        using CancellationTokenRegistration registration = wire.AbortOn(cancellation);
        try
        {
            wire.Limit(limit);
            await wire._socket.ConnectAsync(endPoint);
            wire.LiftLimit();
            return wire;
        }
        catch (Exception e) when (IsBroken(e))
        {
            ConnectionLostException lost = wire.Lost("connecting", e);
            wire.Dispose();
            throw lost;
        }
    }

    /// <summary>Closes the socket when the token fires, until the registration is disposed.</summary>
    public CancellationTokenRegistration AbortOn(CancellationToken cancellation) =>
        cancellation.UnsafeRegister(static wire => ((SmtpWire)wire!).Abort("given up"), this);

    /// <summary>Nothing runs: an idle connection must not be closed by the limit of its last step.</summary>
    public void LiftLimit() => _deadline.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Whether an idle connection still stands: one on which something can be read has been closed, or told to.</summary>
    public bool IsQuiet()
    {
        try
        {
            return _abortedBecause is null && !HasUnreadInput && !_socket.Poll(0, SelectMode.SelectRead);
        }
        catch (Exception e) when (IsBroken(e))
        {
            return false;
        }
    }

    /// <exception cref="ConnectionLostException">Not all of it could be sent.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask FlushAsync(TimeSpan limit)
    {
        Limit(limit);
        try
        {
            ReadOnlyMemory<byte> rest = _output.WrittenMemory;
            if (_tls is not null)
            {
                await _tls.WriteAsync(rest);
            }
            else
            {
                while (!rest.IsEmpty)
                {
                    rest = rest[await _socket.SendAsync(rest)..];
                }
            }
        }
        catch (Exception e) when (IsBroken(e))
        {
            throw Lost("sending", e);
        }
        finally
        {
            _output.ResetWrittenCount();
        }
    }

    /// <exception cref="ConnectionLostException">No whole reply came.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<SmtpReply> ReadReplyAsync(TimeSpan limit)
    {
        if (TryTakeReply(out SmtpReply? reply))
        {
            return reply!;
        }

        // One limit for the whole reply: a host that sends a byte a minute does not hold us for ever.
        Limit(limit);
        do
        {
            MakeRoom();
            int count;
            try
            {
                Memory<byte> room = _input.AsMemory(_end);
                count = _tls is null ? await _socket.ReceiveAsync(room) : await _tls.ReadAsync(room);
            }
            catch (Exception e) when (IsBroken(e))
            {
                throw Lost("waiting for a reply", e);
            }

            if (count == 0)
            {
                throw new ConnectionLostException("the connection was closed while waiting for a reply", inner: null);
            }

            _end += count;
        }
        while (!TryTakeReply(out reply));

        return reply!;
    }

    /// <exception cref="ConnectionLostException">The handshake failed.</exception>
    public async ValueTask StartTlsAsync(SslClientAuthenticationOptions options, TimeSpan limit)
    {
        Limit(limit);
        try
        {
            _tls = new SslStream(new NetworkStream(_socket, ownsSocket: false));
            await _tls.AuthenticateAsClientAsync(options);
        }
        catch (Exception e) when (IsBroken(e) || e is AuthenticationException)
        {
            throw Lost("shaking hands for TLS", e);
        }

        string protocol = _tls.SslProtocol switch
        {
            SslProtocols.Tls12 => "TLS1.2",
            SslProtocols.Tls13 => "TLS1.3",
            var older => older.ToString(),
        };
        Tls = $"{protocol} {_tls.NegotiatedCipherSuite}";
    }

    public void Dispose()
    {
        _deadline.Dispose();
        _tls?.Dispose();
        _socket.Dispose();
    }

    private void Limit(TimeSpan limit) => _deadline.Change(limit, Timeout.InfiniteTimeSpan);

    private void Abort(string reason)
    {
        _abortedBecause ??= reason;
        _socket.Dispose();
    }

    private bool TryTakeReply(out SmtpReply? reply)
    {
        reply = null;
        if (!HasUnreadInput)
        {
            return false;
        }

        reply = _heard.Find(_input.AsSpan(_start.._end), out int length);
        if (reply is not null)
        {
            _start += length;
            return true;
        }

        var unread = new ReadOnlySequence<byte>(_input, _start, _end - _start);
        switch (ReplyParser.TryRead(ref unread, out reply))
        {
            case ReplyRead.Complete:
                int end = _end - (int)unread.Length;
                _heard.Keep(_input.AsSpan(_start..end), reply!);
                _start = end;
                return true;
            case ReplyRead.Broken:
                throw new ConnectionLostException("the host does not speak SMTP", inner: null);
            default:
                return false;
        }
    }

    private void MakeRoom()
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_end == _input.Length)
        {
            // The parser calls a reply broken long before this grows out of hand.
            byte[] target = _start > 0 ? _input : new byte[_input.Length * 2];
            Buffer.BlockCopy(_input, _start, target, 0, _end - _start);
            (_input, _start, _end) = (target, 0, _end - _start);
        }
    }

    private static bool IsBroken(Exception e) => e is SocketException or IOException or ObjectDisposedException or InvalidOperationException;

    private ConnectionLostException Lost(string during, Exception e)
    {
        string why = _abortedBecause
            ?? ((e as SocketException) ?? (e.InnerException as SocketException))?.SocketErrorCode.ToString()
            ?? e.Message;
        return new ConnectionLostException($"connection lost while {during}: {why}", e);
    }
}
