using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Server.Tests.Harness;

public sealed class RunningServerTests
{
    [Fact]
    public async Task Mail_goes_through_it_before_and_after_a_kill_and_it_stops_with_0()
    {
        await using var sink = new ScriptedSmtpServer();
        await using RunningServer server = await RunningServer.StartAsync(sink.EndPoint);
        await using (RawSmtpClient sender = await RawSmtpClient.GreetAsync(server.Smtp))
        {
            Assert.StartsWith("250 2.0.0 ", await sender.MailAsync("Subject: one\r\n\r\n.\r\n"u8.ToArray()), StringComparison.Ordinal);
        }

        await server.RestartAsync();
        await using (RawSmtpClient sender = await RawSmtpClient.GreetAsync(server.Smtp))
        {
            Assert.StartsWith("250 2.0.0 ", await sender.MailAsync("Subject: two\r\n\r\n"u8.ToArray()), StringComparison.Ordinal);
        }

        Assert.Equal(2, sink.Messages.Count);
        Assert.Equal(0, await server.StopAsync());
    }
}
