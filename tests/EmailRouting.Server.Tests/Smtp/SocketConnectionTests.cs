using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using EmailRouting.Server.Smtp;
using EmailRouting.Testing;
using Microsoft.AspNetCore.Connections;
using Xunit;

namespace EmailRouting.Server.Tests.Smtp;

/// <summary>What the front end sees of a socket: octets in their order, an end, a reset, and nothing else.</summary>
public sealed class SocketConnectionTests : IAsyncLifetime
{
    private readonly Socket _client = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private SmtpListener? _listener;
    private SocketConnection? _server;

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    private PipeReader Input => _server!.Input;

    private PipeWriter Output => _server!.Output;

    public async ValueTask InitializeAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        _listener = new SmtpListener(socket, TimeProvider.System);
        await _client.ConnectAsync(_listener.EndPoint, Ending);
        _server = (SocketConnection)(await _listener.AcceptAsync(Ending))!;
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        await _listener!.DisposeAsync();
        _client.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3000)]
    [InlineData(1_000_000)]
    public async Task What_is_sent_is_what_is_read_however_much_of_it_is_taken_at_once(int mostTaken)
    {
        byte[] sent = RandomNumberGenerator.GetBytes(mostTaken == 1 ? 9000 : 900_000);
        Task sending = SendAsync(sent);
        var read = new ArrayBufferWriter<byte>();
        while (read.WrittenCount < sent.Length)
        {
            ReadResult result = await Input.ReadAsync(Ending);
            ReadOnlySequence<byte> taken = result.Buffer.Slice(0, Math.Min(mostTaken, result.Buffer.Length));
            read.Write(taken.ToArray());
            Input.AdvanceTo(taken.End);
        }

        await sending;
        Assert.Equal(sent, read.WrittenSpan);
    }

    [Fact]
    public async Task What_was_looked_at_and_left_comes_again_with_what_follows()
    {
        await SendAsync("half a li"u8.ToArray());
        ReadResult half = await Input.ReadAsync(Ending);
        Input.AdvanceTo(half.Buffer.Start, half.Buffer.End);
        ValueTask<ReadResult> next = Input.ReadAsync(Ending);
        Assert.False(next.IsCompleted);

        await SendAsync("ne\r\n"u8.ToArray());
        Assert.Equal("half a line\r\n", Text(await next));
    }

    [Fact]
    public async Task What_was_not_looked_at_comes_again_at_once()
    {
        await SendAsync("DATA\r\nbody"u8.ToArray());
        ReadResult both = await ReadAsync(10);
        Input.AdvanceTo(both.Buffer.GetPosition(6));
        ValueTask<ReadResult> rest = Input.ReadAsync(Ending);
        Assert.True(rest.IsCompleted);
        Assert.Equal("body", Text(await rest));
    }

    [Fact]
    public async Task A_line_that_is_longer_than_the_buffer_is_kept_whole()
    {
        byte[] line = new byte[300_000];
        Task sending = SendAsync(line);
        ReadResult read = await ReadAsync(line.Length);
        await sending;
        Assert.Equal(line.Length, read.Buffer.Length);
    }

    [Fact]
    public async Task A_read_that_is_waited_for_ends_when_it_is_cancelled_and_the_next_goes_on()
    {
        ValueTask<ReadResult> read = Input.ReadAsync(Ending);
        Input.CancelPendingRead();
        ReadResult cancelled = await read;
        Assert.True(cancelled is { IsCanceled: true, IsCompleted: false, Buffer.IsEmpty: true });
        Input.AdvanceTo(cancelled.Buffer.Start);

        await SendAsync("NOOP\r\n"u8.ToArray());
        ReadResult next = await Input.ReadAsync(Ending);
        Assert.False(next.IsCanceled);
        Assert.Equal("NOOP\r\n", Text(next));
    }

    [Fact]
    public async Task A_cancellation_that_comes_early_is_told_by_the_next_read_once()
    {
        Input.CancelPendingRead();
        ReadResult read = await Input.ReadAsync(Ending);
        Assert.True(read.IsCanceled);
        Input.AdvanceTo(read.Buffer.Start);
        ValueTask<ReadResult> next = Input.ReadAsync(Ending);
        Assert.False(next.IsCompleted);
    }

    [Fact]
    public async Task A_look_without_waiting_sees_what_the_socket_holds()
    {
        Assert.False(Input.TryRead(out _));
        await SendAsync("QUIT\r\n"u8.ToArray());
        ReadResult seen = default;
        await SeesAsync(() => Input.TryRead(out seen));
        Assert.Equal("QUIT\r\n", Text(seen));
        Input.AdvanceTo(seen.Buffer.Start);
        Assert.Equal("QUIT\r\n", Text(await Input.ReadAsync(Ending)));
    }

    [Fact]
    public async Task After_the_end_what_came_before_it_is_there()
    {
        await SendAsync("QUIT\r\n"u8.ToArray());
        _client.Shutdown(SocketShutdown.Send);
        Assert.Equal("QUIT\r\n", Text(await ReadAsync(6)));
        ReadResult end = await Input.ReadAsync(Ending);
        Input.AdvanceTo(end.Buffer.Start, end.Buffer.End);
        end = end.IsCompleted ? end : await Input.ReadAsync(Ending);
        Assert.True(end.IsCompleted);
        Assert.False(_server!.IsReset);
    }

    [Fact]
    public async Task A_client_that_has_closed_its_side_is_known_though_octets_of_it_wait()
    {
        Assert.False(_server!.IsClosedByClient);
        await SendAsync("QUIT\r\n"u8.ToArray());
        _client.Shutdown(SocketShutdown.Send);
        await SeesAsync(() => _server.IsClosedByClient);
    }

    [Fact]
    public async Task A_reset_ends_a_read_with_an_exception_and_a_write_with_the_word_that_nobody_is_there()
    {
        ValueTask<ReadResult> read = Input.ReadAsync(Ending);
        _client.Close(0);
        await Assert.ThrowsAsync<ConnectionResetException>(async () => await read);
        Assert.True(_server!.IsClosedByClient);

        Output.Write("250 OK\r\n"u8);
        Assert.True((await Output.FlushAsync(Ending)).IsCompleted);
    }

    [Fact]
    public async Task A_reset_that_nobody_has_read_of_yet_is_known()
    {
        Assert.False(_server!.IsReset);
        _client.Close(0);
        await SeesAsync(() => _server.IsReset);
    }

    [Fact]
    public async Task A_connection_that_is_given_up_ends_its_read()
    {
        ValueTask<ReadResult> read = Input.ReadAsync(Ending);
        _server!.Abort(new ConnectionAbortedException());
        await Assert.ThrowsAsync<ConnectionAbortedException>(async () => await read);
    }

    [Fact]
    public async Task Whoever_takes_no_replies_can_be_waited_for_no_longer()
    {
        Output.Write(new byte[16 * 1024 * 1024]);
        ValueTask<FlushResult> flush = Output.FlushAsync(Ending);
        Assert.False(flush.IsCompleted);
        Output.CancelPendingFlush();
        Assert.True((await flush).IsCanceled);
    }

    [Fact]
    public async Task The_last_reply_arrives_although_more_was_sent_than_was_read()
    {
        await SendAsync(new byte[20_000]);
        await Input.ReadAsync(Ending);
        Output.Write("421 4.7.0 Too many errors\r\n"u8);
        await Output.FlushAsync(Ending);
        await _server!.DisposeAsync();

        byte[] reply = new byte[100];
        Assert.Equal("421 4.7.0 Too many errors\r\n", Encoding.ASCII.GetString(reply.AsSpan(0, await _client.ReceiveAsync(reply, Ending))));
        Assert.Equal(0, await _client.ReceiveAsync(reply, Ending));
    }

    [Fact]
    public async Task A_listener_that_is_unbound_takes_no_more()
    {
        ValueTask<ConnectionContext?> accept = _listener!.AcceptAsync(Ending);
        await _listener.UnbindAsync(Ending);
        Assert.Null(await accept);
    }

    private static Task SeesAsync(Func<bool> sight) => Eventually.TrueAsync(sight, TimeSpan.FromSeconds(10), () => "It was never seen", Ending);

    private static string Text(ReadResult read) => Encoding.ASCII.GetString(read.Buffer);

    private async Task SendAsync(byte[] octets)
    {
        for (int sent = 0; sent < octets.Length;)
        {
            sent += await _client.SendAsync(octets.AsMemory(sent), Ending);
        }
    }

    /// <summary>Reads until so many octets are there; the last result is still to be advanced.</summary>
    private async Task<ReadResult> ReadAsync(int count)
    {
        while (true)
        {
            ReadResult read = await Input.ReadAsync(Ending);
            if (read.Buffer.Length >= count)
            {
                return read;
            }

            Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
