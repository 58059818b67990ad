using EmailRouting.Server.Tests.Harness;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Server.Tests.Crash;

public sealed class DiskFullTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_full_disk_is_452_and_when_there_is_room_again_all_that_was_accepted_arrives()
    {
        await using var sink = new ScriptedSmtpServer();
        sink.At("MAIL", Reaction.Say("451 4.3.0 later"));
        await using RunningServer server = await RunningServer.CreateAsync(
            sink.EndPoint, ("Delivery:Mode", "Queue"), ("Queue:FirstRetry", "00:00:01"), ("Queue:LongestRetry", "00:00:02"));
        using SmallDisk disk = SmallDisk.Under(server, mebibytes: 24);
        await server.StartAsync();

        List<string> accepted = [];
        int refused = 0;
        await using RawSmtpClient sender = await RawSmtpClient.GreetAsync(server.Smtp);
        async Task SendAsync(string name)
        {
            string reply = await sender.MailAsync(Arrivals.Message(name));
            if (reply.StartsWith("250 ", StringComparison.Ordinal))
            {
                accepted.Add(name);
                return;
            }

            Assert.StartsWith("452 4.3.1 ", reply, StringComparison.Ordinal);
            refused++;
        }

        for (int i = 0; i < 20; i++)
        {
            await SendAsync($"before-{i}");
        }

        Assert.Equal(20, accepted.Count);
        disk.Fill();

        // Pages that SQLite already has take a few more; then there is no room for any.
        for (int i = 0; i < 5000 && refused < 20; i++)
        {
            await SendAsync($"full-{i}");
        }

        Assert.Equal(20, refused);
        output.WriteLine($"{accepted.Count} accepted before the disk was full");

        disk.Free();
        int before = accepted.Count;
        await Eventually.TrueAsync(
            async () =>
            {
                await SendAsync($"after-{refused}");
                return accepted.Count > before;
            },
            TimeSpan.FromSeconds(30),
            () => $"Still refused though there is room:\n{server.Log}",
            TestContext.Current.CancellationToken);

        sink.At("MAIL", Reaction.Say("250 2.1.0 ok"));
        await new Arrivals(sink).AllAsync(accepted, TimeSpan.FromSeconds(60));
    }
}
