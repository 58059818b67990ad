using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using EmailRouting.Delivery;
using EmailRouting.Mail;
using EmailRouting.Smtp;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Tests.Delivery;

public sealed class CourierTests
{
    private static readonly string[] Pipelining = ["PIPELINING"];

    public static TheoryData<string, string, bool> Refusals()
    {
        var rows = new TheoryData<string, string, bool>();
        foreach (bool pipelining in new[] { true, false })
        {
            foreach (string step in new[] { "CONNECT", "EHLO+HELO", "MAIL", "RCPT", "DATA", "DOT" })
            {
                foreach (string what in new[] { "450 4.2.0 later", "550 5.7.1 no", "421 4.3.2 closing", "close", "reset" })
                {
                    rows.Add(step, what, pipelining);
                }
            }
        }

        return rows;
    }

    [Theory, MemberData(nameof(Refusals))]
    public async Task What_goes_wrong_at_a_step_is_refused_only_where_it_is_about_the_mail(string step, string what, bool pipelining)
    {
        await using var remote = new ScriptedSmtpServer(pipelining ? Pipelining : []);
        Reaction reaction = what switch
        {
            "close" => Reaction.Close,
            "reset" => Reaction.Reset,
            _ => what.StartsWith("421", StringComparison.Ordinal) ? Reaction.SayAndClose(what) : Reaction.Say(what),
        };
        foreach (string each in step.Split('+'))
        {
            remote.At(each, reaction);
        }

        await using Post post = Post.To(remote);
        DeliveryAttempt attempt = await post.SendAsync(Post.Consignment());

        bool isAboutTheMail = step is "MAIL" or "RCPT" or "DATA" or "DOT";
        if (isAboutTheMail && what.StartsWith('5'))
        {
            Assert.Equal(550, Assert.IsType<DeliveryOutcome.Refused>(attempt.Outcome).Reply.Code);
        }
        else
        {
            SmtpReply reply = Assert.IsType<DeliveryOutcome.Deferred>(attempt.Outcome).Reply;
            Assert.Equal(char.IsDigit(what[0]) ? int.Parse(what.AsSpan(0, 3), System.Globalization.CultureInfo.InvariantCulture) : 451, reply.Code);
        }

        Assert.Equal(step == "DOT", attempt.Sha256 is not null);
    }

    [Theory]
    [InlineData("CONNECT")]
    [InlineData("EHLO")]
    [InlineData("MAIL")]
    [InlineData("DATA")]
    [InlineData("DOT")]
    public async Task Cancelling_ends_an_attempt_wherever_it_hangs(string step)
    {
        await using var remote = new ScriptedSmtpServer();
        remote.At(step, Reaction.Hang);
        await using Post post = Post.To(remote);
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(200), TimeProvider.System);

        DeliveryAttempt attempt = await post.Courier.AttemptAsync(Post.Consignment(), cancellation.Token)
            .WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.IsType<DeliveryOutcome.Deferred>(attempt.Outcome);
    }

    [Theory]
    [InlineData("CONNECT", "GreetingTimeout")]
    [InlineData("MAIL", "CommandTimeout")]
    [InlineData("DOT", "FinalDotTimeout")]
    public async Task A_host_that_hangs_is_given_up_after_its_time(string step, string key)
    {
        await using var remote = new ScriptedSmtpServer(Pipelining);
        remote.At(step, Reaction.Hang);
        await using Post post = Post.To(remote, (key, "00:00:00.200"));

        DeliveryAttempt attempt = await post.SendAsync(Post.Consignment());

        Assert.Contains("no answer in time", Assert.IsType<DeliveryOutcome.Deferred>(attempt.Outcome).Reply.Text, StringComparison.Ordinal);
        Assert.False(post.Courier.IsReady(Post.Address("you@inbox.example")));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData(".\r\n..\r\n.x\r\n")]
    [InlineData("a\r\n.\r\nb")]
    [InlineData("Subject: x\r\n\r\n\u00e4\r\n")]
    public async Task The_bytes_that_arrive_are_the_bytes_that_were_given(string text)
    {
        await using var remote = new ScriptedSmtpServer(Pipelining);
        await using Post post = Post.To(remote);
        byte[] bytes = Encoding.UTF8.GetBytes(text);

        DeliveryAttempt attempt = await post.SendAsync(Post.Consignment(bytes));

        Assert.IsType<DeliveryOutcome.Delivered>(attempt.Outcome);
        ReceivedMail mail = Assert.Single(remote.Messages);

        // The one byte pair that DATA cannot leave out.
        byte[] expected = bytes.Length == 0 || text.EndsWith("\r\n", StringComparison.Ordinal) ? bytes : [.. bytes, .. "\r\n"u8];
        Assert.Equal(expected, mail.Content);
        Assert.Equal(SHA256.HashData(bytes), attempt.Sha256);
        Assert.Equal(("127.0.0.1", remote.EndPoint.ToString(), string.Empty), (attempt.Host, attempt.Address, attempt.Tls));
    }

    [Fact]
    public async Task Twenty_megabytes_in_a_file_arrive_unchanged()
    {
        await using var remote = new ScriptedSmtpServer(Pipelining);
        await using Post post = Post.To(remote);
        byte[] bytes = new byte[20 * 1024 * 1024];
        new Random(1).NextBytes(bytes);
        for (int i = 0; i < bytes.Length; i++)
        {
            // Lines that begin with dots, at every place relative to the blocks.
            bytes[i] = (i % 61) switch { 0 => (byte)'\r', 1 => (byte)'\n', 2 => (byte)'.', _ => (byte)(bytes[i] | 0x40) };
        }

        bytes[^2] = (byte)'\r';
        bytes[^1] = (byte)'\n';
        string path = Path.GetTempFileName();
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
        using var content = MessageContent.InTemporaryFile(Post.Facts(bytes), path);

        DeliveryAttempt attempt = await post.SendAsync(Post.Consignment(content));

        Assert.IsType<DeliveryOutcome.Delivered>(attempt.Outcome);
        Assert.True(bytes.AsSpan().SequenceEqual(Assert.Single(remote.Messages).Content));
        Assert.Equal(content.Facts.Sha256, attempt.Sha256);
    }

    [Fact]
    public async Task A_file_that_is_too_short_is_never_ended_with_a_dot()
    {
        await using var remote = new ScriptedSmtpServer(Pipelining);
        await using Post post = Post.To(remote);
        string path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, "half\r\n", TestContext.Current.CancellationToken);
        using var content = MessageContent.InTemporaryFile(Post.Facts(new byte[100_000]), path);

        DeliveryAttempt attempt = await post.SendAsync(Post.Consignment(content));

        Assert.Equal("4.3.0", Assert.IsType<DeliveryOutcome.Deferred>(attempt.Outcome).Reply.Status);
        Assert.Empty(remote.Messages);
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(200_000)]
    public async Task A_message_whose_octets_are_not_those_that_came_in_is_never_ended_with_a_dot(int size)
    {
        await using var remote = new ScriptedSmtpServer(Pipelining);
        await using Post post = Post.To(remote);
        byte[] bytes = Encoding.ASCII.GetBytes("Subject: x\r\n\r\n" + string.Concat(Enumerable.Repeat("hello\r\n", size / 7)));
        ContentFacts facts = Post.Facts(bytes);
        bytes[^5] ^= 1;
        using var content = MessageContent.InMemory(facts, new ReadOnlySequence<byte>(bytes), lease: null);

        DeliveryAttempt attempt = await post.SendAsync(Post.Consignment(content));

        Assert.Equal("4.3.0", Assert.IsType<DeliveryOutcome.Deferred>(attempt.Outcome).Reply.Status);
        Assert.Empty(remote.Messages);
    }

    [Fact]
    public async Task A_refused_recipient_is_followed_by_a_lone_dot_and_the_connection_lives_on()
    {
        await using var remote = new ScriptedSmtpServer(Pipelining);
        remote.AtOnce("RCPT", Reaction.Say("550 5.1.1 unknown")).AtOnce("DOT", Reaction.Say("554 5.5.1 no recipients"));
        await using Post post = Post.To(remote);

        DeliveryAttempt refused = await post.SendAsync(Post.Consignment());
        DeliveryAttempt delivered = await post.SendAsync(Post.Consignment());

        Assert.Equal("5.1.1", Assert.IsType<DeliveryOutcome.Refused>(refused.Outcome).Reply.Status);
        Assert.Null(refused.Sha256);
        Assert.IsType<DeliveryOutcome.Delivered>(delivered.Outcome);
        Assert.Equal(".\r\n"u8.ToArray(), remote.Messages.First().Wire);
        Assert.Equal(1, remote.Connections);
        Assert.Contains("RSET", remote.Commands);
    }

    [Fact]
    public async Task Any_2xx_after_the_dot_is_success()
    {
        await using var remote = new ScriptedSmtpServer();
        remote.At("DOT", Reaction.Say("251 2.0.0 forwarded"));
        await using Post post = Post.To(remote);

        Assert.IsType<DeliveryOutcome.Delivered>((await post.SendAsync(Post.Consignment())).Outcome);
    }

    [Fact]
    public async Task Messages_share_a_connection_and_a_dead_one_is_replaced_unseen()
    {
        await using var remote = new ScriptedSmtpServer(Pipelining);
        await using Post post = Post.To(remote);
        Assert.IsType<DeliveryOutcome.Delivered>((await post.SendAsync(Post.Consignment())).Outcome);
        Assert.IsType<DeliveryOutcome.Delivered>((await post.SendAsync(Post.Consignment())).Outcome);
        Assert.Equal(1, remote.Connections);

        // It dies the moment it is used again; and once more with the words of a host that has waited too long.
        remote.AtOnce("MAIL", Reaction.Reset);
        Assert.IsType<DeliveryOutcome.Delivered>((await post.SendAsync(Post.Consignment())).Outcome);
        remote.AtOnce("MAIL", Reaction.SayAndClose("421 4.4.2 idle too long"));
        Assert.IsType<DeliveryOutcome.Delivered>((await post.SendAsync(Post.Consignment())).Outcome);

        Assert.Equal(3, remote.Connections);
        Assert.Equal(4, remote.Messages.Count);
    }

    [Fact]
    public async Task After_the_dot_silence_is_never_followed_by_a_second_copy()
    {
        await using var remote = new ScriptedSmtpServer(Pipelining);
        await using Post post = Post.To(remote);
        await post.SendAsync(Post.Consignment());
        remote.AtOnce("DOT", Reaction.Reset);

        DeliveryAttempt attempt = await post.SendAsync(Post.Consignment());

        Assert.IsType<DeliveryOutcome.Deferred>(attempt.Outcome);
        Assert.Equal(2, remote.Messages.Count);
    }

    [Fact]
    public async Task No_more_connections_than_the_limit_are_opened_and_everyone_gets_a_turn()
    {
        await using var remote = new ScriptedSmtpServer(Pipelining);
        await using Post post = Post.To(remote, ("MaxConnectionsPerHost", "3"));

        DeliveryAttempt[] attempts = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => post.SendAsync(Post.Consignment())));

        Assert.All(attempts, attempt => Assert.IsType<DeliveryOutcome.Delivered>(attempt.Outcome));
        Assert.InRange(remote.Connections, 1, 3);
    }

    [Theory]
    [InlineData("", false, false, false, true, "")] // plain mail
    [InlineData("8BITMIME", true, false, true, true, " BODY=8BITMIME")]
    [InlineData("", true, false, true, false, "5.6.3")]
    [InlineData("8BITMIME", true, false, false, true, "")] // declared, but 7-bit
    [InlineData("", true, false, false, true, "")]
    [InlineData("8BITMIME", false, false, true, true, "")] // not declared: as it came
    [InlineData("", false, false, true, true, "")]
    [InlineData("SMTPUTF8", false, true, false, true, "")] // asked for without need
    public async Task Body_and_utf8_parameters_follow_what_is_declared_and_what_is_there(
        string extension, bool declaresEightBit, bool declaresUtf8, bool hasEightBit, bool isDelivered, string expected)
    {
        await using var remote = new ScriptedSmtpServer(extension.Length == 0 ? [] : [extension]);
        await using Post post = Post.To(remote);
        var parameters = new MailParameters { Body = declaresEightBit ? BodyType.EightBitMime : null, SmtpUtf8 = declaresUtf8 };

        DeliveryAttempt attempt = await post.SendAsync(Post.Consignment(hasEightBit ? "A: b\r\n\r\n\u00e4\r\n" : "A: b\r\n\r\na\r\n", parameters: parameters));

        if (isDelivered)
        {
            Assert.IsType<DeliveryOutcome.Delivered>(attempt.Outcome);
            Assert.Equal($"MAIL FROM:<me@sender.example>{expected}", Assert.Single(remote.Messages).Mail);
        }
        else
        {
            Assert.Equal(expected, Assert.IsType<DeliveryOutcome.Refused>(attempt.Outcome).Reply.Status);
        }
    }

    [Theory]
    [InlineData(DsnNotify.Success, "NEVER")]
    [InlineData(DsnNotify.Failure | DsnNotify.Delay, "FAILURE")]
    [InlineData(DsnNotify.Never, "NEVER")]
    public async Task Notify_goes_on_as_failure_or_never(DsnNotify notify, string expected)
    {
        await using var remote = new ScriptedSmtpServer("DSN");
        await using Post post = Post.To(remote);

        await post.SendAsync(Post.Consignment(from: null, notify: notify));

        ReceivedMail mail = Assert.Single(remote.Messages);
        Assert.Equal(("MAIL FROM:<>", $"RCPT TO:<you@inbox.example> NOTIFY={expected}"), (mail.Mail, mail.Rcpt));
    }

    [Fact]
    public async Task A_message_over_the_hosts_limit_is_refused_without_sending_it()
    {
        await using var remote = new ScriptedSmtpServer("SIZE 10");
        await using Post post = Post.To(remote);

        DeliveryAttempt attempt = await post.SendAsync(Post.Consignment());

        Assert.Equal("5.3.4", Assert.IsType<DeliveryOutcome.Refused>(attempt.Outcome).Reply.Status);
        Assert.DoesNotContain(remote.Commands, line => line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_host_that_greets_with_our_name_is_a_loop()
    {
        await using var remote = new ScriptedSmtpServer();
        remote.At("CONNECT", Reaction.Say("220 ROUTER.example ESMTP"));
        var resolver = new FakeResolver { Mx = { ["inbox.example"] = ["10 mx.inbox.example"] }, Addresses = { ["mx.inbox.example"] = ["127.0.0.1"] } };
        await using var post = new Post(resolver, ("Port", $"{remote.EndPoint.Port}"), ("AllowedNetworks", "127.0.0.0/8"));

        DeliveryAttempt attempt = await post.SendAsync(Post.Consignment());

        Assert.Equal("5.4.6", Assert.IsType<DeliveryOutcome.Refused>(attempt.Outcome).Reply.Status);
    }

    [Fact]
    public async Task The_next_host_is_tried_when_the_first_cannot_be_reached()
    {
        await using var remote = new ScriptedSmtpServer();
        var resolver = new FakeResolver
        {
            Mx = { ["inbox.example"] = ["10 down.example", "20 up.example"] },
            Addresses = { ["down.example"] = ["127.0.0.9"], ["up.example"] = ["127.0.0.1"] },
        };
        await using var post = new Post(resolver, ("Port", $"{remote.EndPoint.Port}"), ("AllowedNetworks", "127.0.0.0/8"));

        DeliveryAttempt attempt = await post.SendAsync(Post.Consignment());

        Assert.IsType<DeliveryOutcome.Delivered>(attempt.Outcome);
        Assert.Equal("up.example", attempt.Host);
    }
}
