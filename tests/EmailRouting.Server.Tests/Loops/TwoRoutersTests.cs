using EmailRouting.Rules;
using EmailRouting.Server.Tests.Harness;
using EmailRouting.Storage;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Server.Tests.Loops;

/// <summary>Invariant 6, where no router can see the whole circle: each forwards to an address that the other forwards back.</summary>
public sealed class TwoRoutersTests
{
    private const int Limit = 5;
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(40);

    [Theory]
    [InlineData("CutThrough", "554 5.4.6")]
    [InlineData("Queue", "250 2.0.0")]
    public async Task Two_routers_that_forward_to_each_other_stop_with_5_4_6(string mode, string heard)
    {
        (string, string)[] settings = [("Delivery:Mode", mode), ("Smtp:LoopLimit", $"{Limit}")];
        int[] port = LoopbackPort.Free(1);
        var meeting = new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, port[0]);
        await using RunningServer one = await RunningServer.CreateAsync(meeting, settings);
        await using RunningServer other = await RunningServer.CreateAsync(
            one.Smtp, [.. settings, ("Smtp:Listen", meeting.ToString()), ("Smtp:HostName", "mx.inbox.test")]);
        await other.EditRulesAsync(async book =>
        {
            Assert.IsType<Edit.Done>(await book.RemoveDomainAsync("router.test", CancellationToken.None));
            Assert.IsType<Edit.Done>(await book.RemoveDestinationAsync(RunningServer.Inbox, CancellationToken.None));
            Assert.IsType<Edit.Done>(await book.AddDomainAsync("inbox.test", DomainState.Live, subAddressing: false, CancellationToken.None));
            Assert.IsType<Edit.Done>(await book.AddDestinationAsync(RunningServer.Alias, verified: true, CancellationToken.None));
        });
        await other.AddRuleAsync(RunningServer.Inbox, new DraftAction.Forward([RunningServer.Alias]));
        await one.StartAsync();
        await other.StartAsync();

        await using RawSmtpClient sender = await RawSmtpClient.GreetAsync(one.Smtp);
        string reply = await sender.MailAsync("Subject: round\r\nMessage-ID: <1@sender.example>\r\n\r\nround\r\n"u8.ToArray());

        Assert.StartsWith(heard, reply, StringComparison.Ordinal);
        await Eventually.TrueAsync(
            () => Visits(one) == Limit + 1 && one.Log.Contains("554 5.4.6", StringComparison.Ordinal) && Visits(other) >= Limit,
            EndWithin,
            () => $"{one.Log}\n\n{other.Log}",
            TestContext.Current.CancellationToken);
        Assert.Equal(Limit, Visits(other));
    }

    private static int Visits(RunningServer server) =>
        server.Log.Split('\n').Count(line => line.Contains(" in ", StringComparison.Ordinal) && line.Contains("from=<from@sender.example>", StringComparison.Ordinal));
}
