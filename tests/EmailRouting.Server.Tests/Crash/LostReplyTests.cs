using EmailRouting.Server.Tests.Harness;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Server.Tests.Crash;

/// <summary>A sender whose connection breaks between its final dot and our 250 comes again (RFC 1047).</summary>
public sealed class LostReplyTests
{
    [Theory]
    [InlineData("CutThrough", "")]
    [InlineData("CutThrough", "QUIT\r\n")]
    [InlineData("Queue", "")]
    [InlineData("Queue", "QUIT\r\n")]
    public async Task A_sender_that_resets_before_our_250_and_comes_again_is_served_once(string mode, string afterTheDot)
    {
        const int Times = 25;
        Assert.SkipUnless(OperatingSystem.IsLinux(), "What the server makes of a reset is seen in /proc, which only Linux has.");
        await using var sink = new ScriptedSmtpServer();
        await using RunningServer server = await RunningServer.StartAsync(sink.EndPoint, ("Delivery:Mode", mode));
        var arrivals = new Arrivals(sink);
        for (int i = 0; i < Times; i++)
        {
            string name = $"m{i}";
            string socket;
            await using (RawSmtpClient sender = await RawSmtpClient.GreetAsync(server.Smtp))
            {
                await sender.CommandAsync("MAIL FROM:<from@sender.example>", "250");
                await sender.CommandAsync($"RCPT TO:<{RunningServer.Alias}>", "250");
                await sender.CommandAsync("DATA", "354");
                socket = SocketOf(server);
                await sender.SendAsync((byte[])[.. Stuffing.Wire(Arrivals.Message(name)), .. System.Text.Encoding.ASCII.GetBytes(afterTheDot)]);

                // It is taken; its 250 is never read.
                await Eventually.TrueAsync(
                    () => Task.FromResult(arrivals.Count().ContainsKey(name)),
                    TimeSpan.FromSeconds(20),
                    () => $"{name} did not arrive",
                    TestContext.Current.CancellationToken);
                sender.Reset();
            }

            // The server has closed its end: what it makes of the reset, it has made.
            await Eventually.TrueAsync(
                () => !Holds(server, socket),
                TimeSpan.FromSeconds(20),
                () => "the connection did not end",
                TestContext.Current.CancellationToken);

            await using RawSmtpClient again = await RawSmtpClient.GreetAsync(server.Smtp);
            Assert.StartsWith("250 ", await again.MailAsync(Arrivals.Message(name)), StringComparison.Ordinal);
        }

        // One more message of another name, last in: whatever the retries caused has come before it or with it.
        await using (RawSmtpClient sender = await RawSmtpClient.GreetAsync(server.Smtp))
        {
            await sender.MailAsync(Arrivals.Message("last"));
        }

        await arrivals.AllAsync(["last"], TimeSpan.FromSeconds(20));
        Assert.Empty(arrivals.Count().Where(arrival => arrival.Value > 1).Select(arrival => arrival.Key));
    }

    /// <summary>The socket at the server's end of the one connection it has: what the kernel calls it.</summary>
    private static string SocketOf(RunningServer server) =>
        File.ReadLines($"/proc/{server.ProcessId}/net/tcp")
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(columns => columns[1].EndsWith($":{server.Smtp.Port:X4}", StringComparison.Ordinal) && columns[3] == "01")
            .Select(columns => $"socket:[{columns[9]}]")
            .Last();

    private static bool Holds(RunningServer server, string socket) =>
        new DirectoryInfo($"/proc/{server.ProcessId}/fd").EnumerateFiles().Any(file => file.LinkTarget == socket);
}
