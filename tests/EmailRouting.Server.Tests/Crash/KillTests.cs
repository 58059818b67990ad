using System.Collections.Concurrent;
using System.Diagnostics;
using EmailRouting.Server.Tests.Harness;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Server.Tests.Crash;

/// <summary>SIGKILL under load. <c>EMAILROUTING_SOAK=1</c> makes it a hundred kills a mode.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Senders = 8;
    private const int AttemptsAtOnce = 20;

    private static readonly int Kills = Environment.GetEnvironmentVariable("EMAILROUTING_SOAK") == "1" ? 100 : 10;

    [Theory]
    [InlineData("CutThrough")]
    [InlineData("Queue")]
    public async Task Every_message_that_got_a_250_arrives_however_often_the_server_is_killed(string mode)
    {
        await using var sink = new ScriptedSmtpServer();
        await using RunningServer server = await RunningServer.StartAsync(
            sink.EndPoint,
            ("Delivery:Mode", mode),
            ("Queue:FirstRetry", "00:00:01"),
            ("Queue:LongestRetry", "00:00:02"),
            ("Queue:ConcurrencyPerDomain", $"{AttemptsAtOnce}"));
        var acknowledged = new ConcurrentBag<string>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Task[] senders = [.. Enumerable.Range(0, Senders).Select(i => new PersistentSender($"s{i}", server.Smtp, acknowledged).RunAsync(stop.Token))];

        var random = new Random(1);
        Stopwatch watch = Stopwatch.StartNew();
        for (int kill = 0; kill < Kills; kill++)
        {
            // Some deliveries are put off, so that a queue lives through the kill in either mode.
            for (int i = 0; i < 10; i++)
            {
                sink.AtOnce("MAIL", Reaction.Say("451 4.3.0 later"));
            }

            int enough = acknowledged.Count + random.Next(20, 400);
            await Eventually.TrueAsync(
                () => Task.FromResult(acknowledged.Count >= enough),
                TimeSpan.FromSeconds(60),
                () => $"{acknowledged.Count} of {enough} messages are taken\n{server.Log}",
                TestContext.Current.CancellationToken);
            await server.RestartAsync();
        }

        await stop.CancelAsync();
        await Task.WhenAll(senders);
        var arrivals = new Arrivals(sink);
        await arrivals.AllAsync(acknowledged, TimeSpan.FromSeconds(60));

        int duplicates = arrivals.Count().Values.Sum(times => times - 1);
        output.WriteLine($"{mode}: {acknowledged.Count} acknowledged in {watch.Elapsed.TotalSeconds:F0} s, {Kills} kills, {duplicates} duplicates");

        // RFC 1047: a message whose last reply was on its way at a kill, to us or from us, comes again.
        Assert.InRange(duplicates, 0, Kills * (Senders + AttemptsAtOnce));
    }
}
