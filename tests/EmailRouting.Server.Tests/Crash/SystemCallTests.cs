using EmailRouting.Server.Tests.Harness;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Server.Tests.Crash;

/// <summary>The promises about the disk, as the kernel sees them.</summary>
public sealed class SystemCallTests(ITestOutputHelper output)
{
    [Fact]
    public async Task In_queue_mode_the_queue_is_synced_before_every_250_to_a_final_dot()
    {
        const int Messages = 25;

        // A destination that never greets: no attempt ends, so no sync of the queue is anything but a message made durable.
        await using var sink = new ScriptedSmtpServer();
        sink.At("CONNECT", Reaction.Hang);
        await using RunningServer server = await RunningServer.StartAsync(sink.EndPoint, ("Delivery:Mode", "Queue"));
        await using RawSmtpClient sender = await RawSmtpClient.GreetAsync(server.Smtp);
        Assert.StartsWith("250 ", await sender.MailAsync(Arrivals.Message("warm")), StringComparison.Ordinal);

        await using SystemCalls calls = await SystemCalls.WatchAsync(server.ProcessId, "fsync", "fdatasync", "write", "writev", "sendto", "sendmsg");
        for (int i = 0; i < Messages; i++)
        {
            Assert.StartsWith("250 2.0.0 OK ", await sender.MailAsync(Arrivals.Message($"m{i}")), StringComparison.Ordinal);
        }

        string[] lines = await calls.LinesAsync();
        int replies = 0;
        bool isSynced = false;
        HashSet<string> syncing = [];
        foreach (string line in lines)
        {
            string thread = line.Split(' ')[0];
            bool isSync = line.Contains("sync(", StringComparison.Ordinal) && line.Contains("queue.db", StringComparison.Ordinal);
            if (isSync && line.Contains("<unfinished", StringComparison.Ordinal))
            {
                syncing.Add(thread);
            }
            else if (isSync || (line.Contains("sync resumed>", StringComparison.Ordinal) && syncing.Remove(thread)))
            {
                isSynced |= line.EndsWith("= 0", StringComparison.Ordinal);
            }
            else if (line.Contains("\"354 ", StringComparison.Ordinal))
            {
                isSynced = false;
            }
            else if (line.Contains("\"250 2.0.0 OK ", StringComparison.Ordinal))
            {
                replies++;
                Assert.True(isSynced, $"250 before the sync: {line}");
            }
        }

        output.WriteLine($"{replies} replies to a final dot among {lines.Length} calls");
        Assert.Equal(Messages, replies);
    }

    [Fact]
    public async Task A_recipient_is_answered_without_touching_a_file()
    {
        const int Transactions = 20;
        const int Recipients = 100;
        await using var sink = new ScriptedSmtpServer();
        await using RunningServer server = await RunningServer.StartAsync(sink.EndPoint);
        await using RawSmtpClient sender = await RawSmtpClient.GreetAsync(server.Smtp);
        Assert.StartsWith("250 ", await sender.MailAsync(Arrivals.Message("warm")), StringComparison.Ordinal);
        await sender.CommandAsync("MAIL FROM:<from@sender.example>", "250");

        await using SystemCalls calls = await SystemCalls.WatchAsync(
            server.ProcessId, "open", "openat", "read", "pread64", "pwrite64", "write", "fcntl", "stat", "newfstatat", "statx", "fsync", "fdatasync");
        for (int i = 0; i < Transactions; i++)
        {
            for (int j = 0; j < Recipients; j++)
            {
                await sender.CommandAsync($"RCPT TO:<{RunningServer.Alias}>", "250");
            }

            await sender.CommandAsync("RSET", "250");
            await sender.CommandAsync("MAIL FROM:<from@sender.example>", "250");
        }

        // The queue and the version of the rules are looked at a few times a second whatever comes in: those are few, and RCPT were many. The activity log
        // is written behind all of them, in batches.
        string[] touches = [.. (await calls.LinesAsync())
            .Where(line => line.Contains(server.Data.Path, StringComparison.Ordinal) && !line.Contains("activity.db", StringComparison.Ordinal))];
        output.WriteLine($"{touches.Length} calls on files of the data directory during {Transactions * Recipients} RCPT");
        Assert.InRange(touches.Length, 0, Transactions * Recipients / 2);
    }
}
