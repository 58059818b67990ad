using System.Text;
using EmailRouting.Server.Tests.Harness;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Server.Tests.Troubles;

/// <summary>A destination that refuses, defers, hangs or is cut off, at each step: what the sender hears, and that what was accepted arrives.</summary>
public sealed class TroubledDestinationTests
{
    private static readonly TimeSpan ArriveWithin = TimeSpan.FromSeconds(60);
    private static readonly (string, string)[] Impatient =
    [
        ("Queue:FirstRetry", "00:00:01"), ("Queue:LongestRetry", "00:00:01"), ("Delivery:Budget", "00:00:00.5"), ("Delivery:GreetingTimeout", "00:00:01"),
        ("Delivery:CommandTimeout", "00:00:01"), ("Delivery:FinalDotTimeout", "00:00:01"), ("Delivery:DataBlockTimeout", "00:00:01"),
    ];

    [Fact]
    public async Task A_refusal_of_the_mail_is_the_senders_to_hear_in_our_words()
    {
        await using var inbox = new ScriptedSmtpServer("PIPELINING");
        await using RunningServer server = await RunningServer.StartAsync(inbox.EndPoint, Impatient);
        await using RawSmtpClient sender = await RawSmtpClient.GreetAsync(server.Smtp);
        foreach (string step in (string[])["MAIL", "RCPT", "DATA", "DOT"])
        {
            inbox.AtOnce(step, Reaction.Say("554 5.7.9 go away you@inbox.test says remote.example"));

            string reply = await sender.MailAsync(Message(step));

            Assert.StartsWith("554 5.7.9 ", reply, StringComparison.Ordinal);
            Assert.DoesNotContain("inbox.test", reply, StringComparison.Ordinal);
            Assert.DoesNotContain("remote.example", reply, StringComparison.Ordinal);
            Assert.DoesNotContain("go away", reply, StringComparison.Ordinal);
        }

        // What the destination refused is not tried again: the next to come is the next one sent.
        int before = inbox.Messages.Count;
        Assert.StartsWith("250 2.0.0", await sender.MailAsync(Message("last")), StringComparison.Ordinal);
        Assert.Equal(before + 1, inbox.Messages.Count);
        Assert.Equal(Message("last"), inbox.Messages.Last().Content);
    }

    [Theory]
    [InlineData("451", "MAIL", "RCPT", "DATA", "DOT")]
    [InlineData("421", "CONNECT", "RCPT")]
    [InlineData("554", "CONNECT", "EHLO")]
    [InlineData("hang", "CONNECT", "RCPT", "DOT")]
    [InlineData("reset", "EHLO", "MAIL", "DATA", "DOT")]
    [InlineData("close", "EHLO", "DOT")]
    public Task Trouble_with_the_destination_is_ours_and_the_mail_arrives_later(string trouble, params string[] steps)
    {
        Reaction reaction = trouble switch
        {
            "hang" => Reaction.Hang,
            "reset" => Reaction.Reset,
            "close" => Reaction.Close,
            "451" => Reaction.Say("451 4.7.1 greylisted"),

            // A refusal of our connection is not the mail's fault.
            _ => Reaction.SayAndClose($"{trouble} {trouble[0]}.3.2 not now"),
        };
        return Task.WhenAll(steps.Select(step => ArrivesLaterAsync(step, reaction)));
    }

    private static async Task ArrivesLaterAsync(string step, Reaction reaction)
    {
        await using var inbox = new ScriptedSmtpServer();
        inbox.AtOnce(step, reaction);
        await using RunningServer server = await RunningServer.StartAsync(inbox.EndPoint, Impatient);
        await using RawSmtpClient sender = await RawSmtpClient.GreetAsync(server.Smtp);

        Assert.StartsWith("250 2.0.0", await sender.MailAsync(Message(step)), StringComparison.Ordinal);

        // At the final dot it had come already; that it comes again is what RFC 1047 says cannot be avoided.
        int expected = step == "DOT" ? 2 : 1;
        await Eventually.TrueAsync(
            () => inbox.Messages.Count >= expected,
            ArriveWithin,
            () => $"{step}: {string.Join('\n', inbox.Commands)}\n{server.Log}",
            TestContext.Current.CancellationToken);
        Assert.Equal(expected, inbox.Messages.Count);
        Assert.All(inbox.Messages, mail => Assert.Equal(Message(step), mail.Content));
    }

    private static byte[] Message(string name) => Encoding.ASCII.GetBytes($"Subject: {name}\r\nMessage-ID: <{name}@sender.example>\r\n\r\n.{name}\r\n");
}
