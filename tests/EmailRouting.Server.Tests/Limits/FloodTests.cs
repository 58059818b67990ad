using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using EmailRouting.Server.Tests.Harness;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Server.Tests.Limits;

/// <summary>Conversations go on in the threads that wait for all sockets: whoever keeps one of those busy must not keep the others from being heard.</summary>
public sealed class FloodTests : IAsyncLifetime
{
    // More than there are threads that wait for sockets, on any machine of a developer.
    private static readonly int Floods = Environment.ProcessorCount * 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly byte[] Commands = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("NOOP\r\n", 10_000)));

    private readonly ScriptedSmtpServer _sink = new();
    private RunningServer? _server;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync(_sink.EndPoint);

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        await _sink.DisposeAsync();
    }

    [Fact]
    public async Task Who_floods_the_server_with_commands_holds_up_nobody_else()
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Task[] floods = [.. Enumerable.Range(0, Floods).Select(_ => FloodAsync(over.Token))];
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, over.Token);

        for (int i = 0; i < 10; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await using RawSmtpClient sender = await RawSmtpClient.GreetAsync(_server!.Smtp);
            await sender.SendAsync("RSET\r\n");
            await sender.ExpectAsync("250");
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, $"Three replies took {Stopwatch.GetElapsedTime(start)}");
        }

        Assert.All(floods, flood => Assert.False(flood.IsCompleted));
        await over.CancelAsync();
        await Task.WhenAll(floods);
    }

    private async Task FloodAsync(CancellationToken cancellation)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(_server!.Smtp, cancellation);
        try
        {
            await Task.WhenAny(SendAsync(), ReceiveAsync());
        }
        catch (OperationCanceledException)
        {
        }

        async Task SendAsync()
        {
            while (!cancellation.IsCancellationRequested)
            {
                await socket.SendAsync(Commands, cancellation);
            }
        }

        async Task ReceiveAsync()
        {
            byte[] replies = new byte[64 * 1024];
            while (await socket.ReceiveAsync(replies, cancellation) > 0)
            {
            }
        }
    }
}
