using EmailRouting.Server.Tests.Harness;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Server.Tests.Smuggling;

/// <summary>Invariant 1: only CR LF . CR LF ends a message, and one with a bare CR, a bare LF or a NUL is read to its true end and refused.</summary>
public sealed class SmugglingTests
{
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(2);

    // What some server somewhere has taken for the end of a message.
    private static readonly string[] Sequences =
    [
        "\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r.\n", "\n.\r", "\r.\r\n", "\r\n.\rx", "\r\n.\r\r\n", "\r\r\n.\r\r\n", "\r\n\0.\r\n", "\r\n.\0\r\n",
        "\rx", "\nx", "\0", "\r", "\n", "\r\n\r", "\n\r",
    ];

    [Fact]
    public async Task No_sequence_ends_a_message_wherever_it_stands_and_wherever_it_is_cut()
    {
        await using var sink = new ScriptedSmtpServer();
        await using RunningServer server = await RunningServer.StartAsync(sink.EndPoint, ("Smtp:LoopLimit", "10000"));
        await using RawSmtpClient sender = await RawSmtpClient.GreetAsync(server.Smtp);
        int played = 0;
        foreach (string sequence in Sequences)
        {
            foreach (string before in (string[])["", "Subject: x\r\n\r\nx", "Subject: x\r\n\r\nx\r\n"])
            {
                string message = $"{before}{sequence}xMAIL FROM:<smuggled@sender.example>\r\nRCPT TO:<{RunningServer.Alias}>\r\nDATA\r\nsmuggled\r\n.\r\n";
                for (int cut = before.Length; cut <= before.Length + sequence.Length + 1; cut++)
                {
                    string name = $"{Uri.EscapeDataString(sequence)} after {before.Length} octets, cut at {cut}";
                    await sender.CommandAsync("MAIL FROM:<from@sender.example>", "250");
                    await sender.CommandAsync($"RCPT TO:<{RunningServer.Alias}>", "250");
                    await sender.CommandAsync("DATA", "354");
                    await sender.SendAsync(message[..cut]);
                    if (cut > before.Length)
                    {
                        await Task.Delay(Gap, TimeProvider.System, TestContext.Current.CancellationToken);
                    }

                    await sender.SendAsync(message[cut..]);
                    string? reply = await sender.ReadReplyAsync();
                    Assert.True(reply?.StartsWith("550 5.5.2", StringComparison.Ordinal) == true, $"{name}: {reply}");
                    played++;

                    // In step: the next reply is to the next command.
                    Assert.StartsWith("214", await sender.CommandAsync("HELP"), StringComparison.Ordinal);
                }
            }
        }

        Assert.True(played > 200);
        Assert.Empty(sink.Messages);
        Assert.StartsWith("250 2.0.0", await sender.MailAsync("Subject: honest\r\n"u8.ToArray()), StringComparison.Ordinal);
        Assert.Single(sink.Messages);
    }

    [Fact]
    public async Task A_dot_line_at_once_is_an_empty_message_however_it_is_cut()
    {
        await using var sink = new ScriptedSmtpServer();
        await using RunningServer server = await RunningServer.StartAsync(sink.EndPoint);
        await using RawSmtpClient sender = await RawSmtpClient.GreetAsync(server.Smtp);
        for (int cut = 0; cut < 3; cut++)
        {
            await sender.CommandAsync("MAIL FROM:<from@sender.example>", "250");
            await sender.CommandAsync($"RCPT TO:<{RunningServer.Alias}>", "250");
            await sender.CommandAsync("DATA", "354");
            await sender.SendAsync(".\r\n"[..cut]);
            await Task.Delay(Gap, TimeProvider.System, TestContext.Current.CancellationToken);
            await sender.SendAsync(".\r\n"[cut..]);
            await sender.ExpectAsync("250 2.0.0");
        }

        Assert.Equal(3, sink.Messages.Count);
        Assert.All(sink.Messages, mail => Assert.Empty(mail.Content));
    }
}
