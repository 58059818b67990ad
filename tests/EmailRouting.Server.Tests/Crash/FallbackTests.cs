using EmailRouting.Mail;
using EmailRouting.Rules;
using EmailRouting.Server.Tests.Harness;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Server.Tests.Crash;

/// <summary>SIGKILL between a destination's refusal and the delivery to the fallback.</summary>
public sealed class FallbackTests
{
    private const string Fallback = "spare@inbox.test";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("550 5.1.1 no such user", null)]
    [InlineData("451 4.7.1 not now", 1)] // by the end of its first attempt it has been put off for longer
    public async Task A_message_on_its_way_to_the_fallback_survives_and_arrives_there_alone(string trouble, int? afterMilliseconds)
    {
        await using var inbox = new ScriptedSmtpServer();
        await using RunningServer server = await RunningServer.CreateAsync(inbox.EndPoint, ("Queue:FirstRetry", "00:00:01"), ("Queue:LongestRetry", "00:00:01"));
        TimeSpan? after = afterMilliseconds is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;
        MailId id = await StoredMail.StoreAsync(
            server.Data,
            TimeProvider.System.GetUtcNow(),
            StoredMail.To(RunningServer.Inbox, RunningServer.Alias) with { Fallback = new Fallback(StoredMail.Address(Fallback), after) });

        // Then the fallback is asked and does not answer: there the server dies.
        inbox.AtOnce("RCPT", Reaction.Say(trouble)).AtOnce("RCPT", Reaction.Hang);
        await server.StartAsync();
        await Eventually.TrueAsync(() => Asked(inbox, Fallback) == 1, Soon, () => $"{string.Join('\n', inbox.Commands)}\n{server.Log}", TestContext.Current.CancellationToken);
        await server.RestartAsync();

        await Eventually.TrueAsync(() => !inbox.Messages.IsEmpty, Soon, () => $"{string.Join('\n', inbox.Commands)}\n{server.Log}", TestContext.Current.CancellationToken);
        ReceivedMail arrived = Assert.Single(inbox.Messages);
        Assert.Equal(StoredMail.Content, arrived.Content);
        Assert.Contains(Fallback, arrived.Rcpt, StringComparison.Ordinal);
        Assert.Equal(1, Asked(inbox, RunningServer.Inbox));
        Assert.Contains($"{id} out redirected to=<{RunningServer.Inbox}>", server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_cut_through_the_sender_hears_250_and_the_fallback_gets_the_message_after_a_kill()
    {
        await using var inbox = new ScriptedSmtpServer();
        await using RunningServer server = await RunningServer.CreateAsync(inbox.EndPoint, ("Queue:FirstRetry", "00:00:01"), ("Queue:LongestRetry", "00:00:01"));
        await server.EditRulesAsync(async book => await book.AddDestinationAsync(Fallback, verified: true, CancellationToken.None));
        await server.EditRulesAsync(async book => Assert.IsType<Edit.Done>(await book.AddRuleAsync(
            new RuleDraft("spared@router.test", new DraftAction.Forward([RunningServer.Inbox])) { Fallback = Fallback }, CancellationToken.None)));
        inbox.AtOnce("RCPT", Reaction.Say("550 5.1.1 no such user")).AtOnce("RCPT", Reaction.Hang);
        await server.StartAsync();
        await using (RawSmtpClient sender = await RawSmtpClient.GreetAsync(server.Smtp))
        {
            Assert.StartsWith("250 2.0.0", await sender.MailAsync(StoredMail.Content, recipient: "RCPT TO:<spared@router.test>"), StringComparison.Ordinal);
        }

        await Eventually.TrueAsync(() => Asked(inbox, Fallback) == 1, Soon, () => $"{string.Join('\n', inbox.Commands)}\n{server.Log}", TestContext.Current.CancellationToken);
        await server.RestartAsync();

        await Eventually.TrueAsync(() => !inbox.Messages.IsEmpty, Soon, () => $"{string.Join('\n', inbox.Commands)}\n{server.Log}", TestContext.Current.CancellationToken);
        ReceivedMail arrived = Assert.Single(inbox.Messages);
        Assert.Equal(StoredMail.Content, arrived.Content);
        Assert.Contains(Fallback, arrived.Rcpt, StringComparison.Ordinal);
        Assert.Equal(1, Asked(inbox, RunningServer.Inbox));
    }

    private static int Asked(ScriptedSmtpServer inbox, string recipient) =>
        inbox.Commands.Count(line => line.StartsWith($"RCPT TO:<{recipient}>", StringComparison.Ordinal));
}
