using System.Security.Cryptography;
using System.Text;
using EmailRouting.Delivery;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Tests.Delivery;

/// <summary>What a profile puts in front of a message goes out in front of it, and counts for nothing else.</summary>
public sealed class TraceTests
{
    private const string Trace = "ARC-Seal: i=1\r\n\tb=\r\n.odd: begins with a dot\r\n";

    [Theory]
    [InlineData(200)]
    [InlineData(24 * 1024)]
    [InlineData(300 * 1024)]
    public async Task The_message_is_an_exact_suffix_and_the_digest_is_its_own(int size)
    {
        await using var inbox = new ScriptedSmtpServer("PIPELINING", "SIZE 1000000", "8BITMIME");
        await using Post post = Post.To(inbox);
        byte[] message = Encoding.ASCII.GetBytes($".first: line\r\n\r\n{string.Concat(Enumerable.Repeat(".dots\r\n..\r\n", size / 11))}");
        Consignment consignment = Post.Consignment(message);
        consignment = consignment with
        {
            Target = consignment.Target with { Trace = Encoding.ASCII.GetBytes(Trace), ReturnPath = Post.Address("SRS0=aaaa=AA=sender.example=me@ours.example") },
        };

        DeliveryAttempt attempt = await post.SendAsync(consignment);

        ReceivedMail mail = Assert.Single(inbox.Messages);
        Assert.Equal($"MAIL FROM:<SRS0=aaaa=AA=sender.example=me@ours.example> SIZE={Trace.Length + message.Length}", mail.Mail);
        Assert.Equal([.. Encoding.ASCII.GetBytes(Trace), .. message], mail.Content);
        Assert.Equal(SHA256.HashData(message), attempt.Sha256);
    }

    [Fact]
    public async Task A_host_that_takes_less_than_both_together_is_not_offered_them()
    {
        await using var inbox = new ScriptedSmtpServer("SIZE 1000");
        await using Post post = Post.To(inbox);
        Consignment consignment = Post.Consignment(new string('x', 900) + "\r\n");
        consignment = consignment with { Target = consignment.Target with { Trace = new byte[200] } };

        Assert.IsType<DeliveryOutcome.Refused>((await post.SendAsync(consignment)).Outcome);
    }
}
