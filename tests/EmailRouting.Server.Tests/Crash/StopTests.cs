using System.Diagnostics;
using EmailRouting.Server.Tests.Harness;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Server.Tests.Crash;

public sealed class StopTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_stop_tells_idle_sessions_takes_what_is_past_its_dot_and_is_over_in_8_seconds()
    {
        await using var sink = new ScriptedSmtpServer();
        sink.At("DOT", Reaction.Hang);
        await using RunningServer server = await RunningServer.StartAsync(sink.EndPoint, ("Queue:FirstRetry", "00:00:01"));
        await using RawSmtpClient idle = await RawSmtpClient.GreetAsync(server.Smtp);
        await using RawSmtpClient sender = await RawSmtpClient.GreetAsync(server.Smtp);
        Task<string> reply = sender.MailAsync(Arrivals.Message("late"));
        await Eventually.TrueAsync(
            () => Task.FromResult(sink.Messages.Count == 1),
            TimeSpan.FromSeconds(20),
            () => "the message was not offered",
            TestContext.Current.CancellationToken);

        Stopwatch watch = Stopwatch.StartNew();
        int exit = await server.StopAsync();
        output.WriteLine($"Gone after {watch.Elapsed.TotalSeconds:F1} s");

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(8));
        Assert.True(exit == 0, $"Exit code {exit}:\n{server.Log}");
        Assert.StartsWith("421 4.", await idle.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.StartsWith("250 2.0.0 ", await reply, StringComparison.Ordinal);
        Assert.StartsWith("421 4.", await sender.ReadReplyAsync(), StringComparison.Ordinal);

        sink.At("DOT", Reaction.Say("250 2.0.0 taken"));
        await server.StartAsync();
        var arrivals = new Arrivals(sink);
        await Eventually.TrueAsync(
            () => Task.FromResult(arrivals.Count()["late"] == 2),
            TimeSpan.FromSeconds(30),
            () => "what was taken during the stop is not delivered after it",
            TestContext.Current.CancellationToken);
    }
}
