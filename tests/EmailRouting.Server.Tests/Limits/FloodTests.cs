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

    /// <summary>How each begins, and what then goes on without end.</summary>
    public static readonly TheoryData<string, string> Ways = new()
    {
        { "", "NOOP\r\n" },
        { $"EHLO flood.test\r\nMAIL FROM:<>\r\nRCPT TO:<{RunningServer.Alias}>\r\nDATA\r\n", "a bare LF: read to its end and refused\n" },
    };

    private readonly ScriptedSmtpServer _sink = new();
    private RunningServer? _server;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync(_sink.EndPoint);

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        await _sink.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Ways), DisableDiscoveryEnumeration = true)]
    public async Task Who_floods_the_server_holds_up_nobody_else(string beginning, string line)
    {
        byte[] lines = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(line, 10_000)));
        using var over = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Task[] floods = [.. Enumerable.Range(0, Floods).Select(_ => FloodAsync(Encoding.ASCII.GetBytes(beginning), lines, over.Token))];
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

    private async Task FloodAsync(byte[] beginning, byte[] lines, CancellationToken cancellation)
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
            await socket.SendAsync(beginning, cancellation);
            while (!cancellation.IsCancellationRequested)
            {
                await socket.SendAsync(lines, cancellation);
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
