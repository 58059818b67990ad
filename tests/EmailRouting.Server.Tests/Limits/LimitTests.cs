using System.Net.Sockets;
using System.Text;
using EmailRouting.Server.Tests.Harness;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Server.Tests.Limits;

/// <summary>What a sender may not do for ever, or beyond a size.</summary>
public sealed class LimitTests : IAsyncLifetime
{
    private static readonly TimeSpan Trickle = TimeSpan.FromMilliseconds(100);
    private readonly ScriptedSmtpServer _sink = new();
    private RunningServer? _server;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync(
        _sink.EndPoint,
        ("Smtp:CommandTimeout", "00:00:01"),
        ("Smtp:DataTimeout", "00:00:01"),
        ("Smtp:MessageTimeout", "00:00:02"),
        ("Smtp:MaxMessageBytes", "65536"),
        ("Smtp:MaxLineOctets", "2000"));

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        await _sink.DisposeAsync();
    }

    [Fact]
    public async Task Silence_between_commands_ends_in_421()
    {
        await using RawSmtpClient sender = await RawSmtpClient.GreetAsync(_server!.Smtp);

        await sender.ExpectAsync("421 4.4.2");
        Assert.Null(await sender.ReadReplyAsync());
    }

    [Fact]
    public async Task Silence_inside_a_message_ends_in_421_and_it_goes_nowhere()
    {
        await using RawSmtpClient sender = await BeginAsync();
        await sender.SendAsync("Subject: x\r\n");

        await sender.ExpectAsync("421 4.4.2");
        Assert.Null(await sender.ReadReplyAsync());
        Assert.Empty(_sink.Messages);
    }

    [Fact]
    public async Task A_message_that_trickles_in_for_too_long_ends_in_421()
    {
        await using RawSmtpClient sender = await BeginAsync();
        Task<string?> reply = sender.ReadReplyAsync();
        for (int i = 0; i < 100 && !reply.IsCompleted; i++)
        {
            await sender.SendAsync($"X-{i}: never silent\r\n");
            await Task.WhenAny(reply, Task.Delay(Trickle, TimeProvider.System, TestContext.Current.CancellationToken));
        }

        Assert.StartsWith("421 4.4.2", await reply, StringComparison.Ordinal);
        Assert.Empty(_sink.Messages);
    }

    [Fact]
    public async Task Who_asks_and_does_not_read_the_answers_is_left()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(_server!.Smtp, TestContext.Current.CancellationToken);
        byte[] questions = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("HELP\r\n", 10_000)));
        await Assert.ThrowsAsync<SocketException>(async () =>
        {
            // The limit of a second begins once all buffers in between are full.
            for (int i = 0; i < 10_000; i++)
            {
                await socket.SendAsync(questions, TestContext.Current.CancellationToken);
            }
        });
    }

    [Fact]
    public async Task A_message_or_line_beyond_its_limit_is_read_to_its_end_and_refused_and_one_at_the_limit_goes_through()
    {
        await using RawSmtpClient sender = await RawSmtpClient.GreetAsync(_server!.Smtp);

        Assert.StartsWith("552 5.3.4", await sender.MailAsync(Lines(65_536 / 64, 64, "x\r\n")), StringComparison.Ordinal);
        Assert.StartsWith("550 5.6.0", await sender.MailAsync(Lines(1, 2003, "")), StringComparison.Ordinal);
        Assert.Empty(_sink.Messages);

        Assert.StartsWith("250 2.0.0", await sender.MailAsync(Lines(65_536 / 64, 64, "")), StringComparison.Ordinal);
        Assert.StartsWith("250 2.0.0", await sender.MailAsync(Lines(1, 2002, "")), StringComparison.Ordinal);
        Assert.Equal(2, _sink.Messages.Count);
    }

    private static byte[] Lines(int count, int length, string end) =>
        Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(new string('x', length - 2) + "\r\n", count)) + end);

    private async Task<RawSmtpClient> BeginAsync()
    {
        RawSmtpClient sender = await RawSmtpClient.GreetAsync(_server!.Smtp);
        await sender.CommandAsync("MAIL FROM:<from@sender.example>", "250");
        await sender.CommandAsync($"RCPT TO:<{RunningServer.Alias}>", "250");
        await sender.CommandAsync("DATA", "354");
        return sender;
    }
}
