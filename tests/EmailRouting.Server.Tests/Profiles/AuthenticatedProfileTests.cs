using System.Text;
using EmailRouting.Activity;
using EmailRouting.MailAuth;
using EmailRouting.MailAuth.Arc;
using EmailRouting.MailAuth.Dkim;
using EmailRouting.MailAuth.Keys;
using EmailRouting.Storage;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Server.Tests.Profiles;

/// <summary>What leaves a domain in the authenticated profile: the message as it came, below a trace that the next server can verify, from a sender that SPF finds us by.</summary>
public sealed class AuthenticatedProfileTests(ProfileServer shared) : IClassFixture<ProfileServer>
{
    private const string Text = "content-LENGTH: 7\r\nFrom: Me <me@sender.test>\r\nTo: hello@router.test\r\nSubject:   odd \r\nMessage-ID: <1@sender.test>\r\n\r\n.\r\n..two\r\nhello \t\r\n\r\n";

    private static readonly string[] Trace = ["ARC-Seal", "ARC-Message-Signature", "ARC-Authentication-Results", "Authentication-Results", "Received"];

    [Theory]
    [InlineData("CutThrough")]
    [InlineData("Queue")]
    public async Task The_message_leaves_below_a_trace_from_a_sender_of_ours(string mode)
    {
        await using ProfileServer server = await ProfileServer.StartAsync(ForwardingProfile.Authenticated, ("Delivery:Mode", mode));
        server.Dns.On("TXT sender.test", "sender.test TXT v=spf1 ip4:127.0.0.1 -all").On("TXT _dmarc.sender.test", "_dmarc.sender.test TXT v=DMARC1; p=reject");

        string reply = await server.SendAsync(Text);

        ReceivedMail mail = Assert.Single(await server.ArrivedAsync(1));
        Assert.Matches("^MAIL FROM:<SRS0=[^=]{4}=[A-Z2-7]{2}=sender\\.test=me@router\\.test>", mail.Mail);
        Assert.EndsWith(Text, Encoding.ASCII.GetString(mail.Content), StringComparison.Ordinal);
        string trace = Encoding.ASCII.GetString(mail.Content)[..^Text.Length];
        Assert.Equal(Trace, Names(trace));
        Assert.Contains("Authentication-Results: mx.router.test;\r\n\tspf=pass smtp.mailfrom=sender.test;", trace, StringComparison.Ordinal);
        Assert.Contains("dmarc=pass", trace, StringComparison.Ordinal);
        Assert.Contains("Received: from sender.example ([127.0.0.1])\r\n\tby mx.router.test with ESMTP id ", trace, StringComparison.Ordinal);
        Assert.Contains("for <hello@router.test>;", trace, StringComparison.Ordinal);

        ArcResult arc = await new ArcVerifier(Resolver(server), TimeProvider.System).VerifyAsync(Content(mail), TestContext.Current.CancellationToken);
        Assert.Equal((AuthStatus.Pass, 1), (arc.Status, arc.Length));
        Assert.Equal(["router.test"], arc.Sealers);

        ActivityStory story = await server.StoryAsync(reply, story => story.Attempts.Length == 1);
        AttemptRecord attempt = Assert.Single(story.Attempts);
        Assert.True(story.IsUnchanged);
        Assert.Equal(ProfileServer.PathOf(mail.Mail), attempt.ReturnPath);
        Assert.Equal(string.Join(' ', Trace), attempt.Prepended);
        CheckRecord forecast = Assert.Single(story.Received.Checks, check => check.Check == CheckRecord.Forecast);
        Assert.Equal("sealed", forecast.Result);
    }

    [Fact]
    public async Task A_signature_of_the_sender_holds_at_the_far_end_in_every_profile()
    {
        SigningKey key = shared.Publish("sender.test");
        string signature = Encoding.ASCII.GetString(DkimSigner.Sign(Encoding.ASCII.GetBytes(Text), key, DateTimeOffset.UnixEpoch.AddYears(56)));
        foreach (ForwardingProfile profile in (ForwardingProfile[])[ForwardingProfile.Transparent, ForwardingProfile.Srs, ForwardingProfile.Authenticated])
        {
            string sender = ProfileServer.NewSender();
            string domain = await shared.AddDomainAsync(profile);

            string reply = await shared.SendAsync(signature + Text, sender, $"hello@{domain}");

            ReceivedMail mail = Assert.Single(await shared.ArrivedAsync(mail => mail.Mail.Contains(sender.Split('@')[1], StringComparison.Ordinal), 1));
            DkimResult result = Assert.Single(await new DkimVerifier(Resolver(shared), TimeProvider.System).VerifyAsync(Content(mail), TestContext.Current.CancellationToken));
            Assert.Equal((AuthStatus.Pass, "sender.test"), (result.Status, result.Domain));
            if (profile == ForwardingProfile.Authenticated)
            {
                ActivityStory story = await shared.StoryAsync(reply, story => story.Attempts.Length == 1);
                Assert.Contains(story.Received.Checks, check => check is { Check: "dkim", Result: "pass" });
                Assert.Equal("good", Assert.Single(story.Received.Checks, check => check.Check == CheckRecord.Forecast).Result);
            }
        }
    }

    [Fact]
    public async Task Each_domain_has_a_copy_of_its_own_and_one_domain_has_one()
    {
        string sender = ProfileServer.NewSender();
        string second = await shared.AddDomainAsync(ForwardingProfile.Authenticated);
        string first = await shared.AddDomainAsync(ForwardingProfile.Authenticated);

        string reply = await shared.SendAsync(Text, sender, $"hello@{first}", $"hello@{second}", $"also@{first}");

        ReceivedMail[] mails = await shared.ArrivedAsync(mail => mail.Mail.Contains($"={sender.Split('@')[1]}=", StringComparison.Ordinal), 2);
        Assert.Equal([second, first], mails.Select(mail => ProfileServer.PathOf(mail.Mail).Split('@')[^1]).Order());
        Assert.All(mails, mail => Assert.EndsWith(Text, Encoding.ASCII.GetString(mail.Content), StringComparison.Ordinal));
        ActivityStory story = await shared.StoryAsync(reply, story => story.Status == MessageStatus.Forwarded);
        Assert.Equal(2, story.Attempts.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("boss@router.test")]
    public async Task Nobody_and_we_ourselves_are_not_rewritten(string sender)
    {
        string domain = await shared.AddDomainAsync(ForwardingProfile.Srs);
        string text = Text.Replace("odd", domain, StringComparison.Ordinal);

        await shared.SendAsync(text, sender, $"hello@{domain}");

        ReceivedMail mail = Assert.Single(await shared.ArrivedAsync(mail => Encoding.ASCII.GetString(mail.Content) == text, 1));
        Assert.Equal(sender, ProfileServer.PathOf(mail.Mail));
    }

    [Fact]
    public async Task What_waits_in_the_queue_leaves_after_a_restart_as_it_was_to_leave()
    {
        await using ProfileServer server = await ProfileServer.StartAsync(ForwardingProfile.Authenticated);
        server.Inbox.At("RCPT", Reaction.Say("450 4.2.0 not now"));
        Assert.StartsWith("250", await server.SendAsync(Text), StringComparison.Ordinal);

        // Another profile since: what was accepted is not changed by it.
        await server.ChangeAsync("router.test", ForwardingProfile.Transparent);
        await server.Server.RestartAsync();
        server.Inbox.At("RCPT", Reaction.Say("250 2.1.5 ok"));

        ReceivedMail mail = Assert.Single(await server.ArrivedAsync(1));
        Assert.StartsWith("SRS0=", ProfileServer.PathOf(mail.Mail), StringComparison.Ordinal);
        Assert.Equal(Trace, Names(Encoding.ASCII.GetString(mail.Content)[..^Text.Length]));
        Assert.EndsWith(Text, Encoding.ASCII.GetString(mail.Content), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_are_for_their_owner_only()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Unix modes do not exist on Windows.");
            return;
        }

        string domain = await shared.AddDomainAsync(ForwardingProfile.Authenticated);

        await shared.SendAsync(Text, "me@sender.test", $"hello@{domain}");

        string[] files = Directory.GetFiles(shared.Server.Data.Keys, "*", SearchOption.AllDirectories);
        Assert.Contains(files, file => Path.GetFileName(file) == "srs-secrets");
        Assert.Contains(files, file => Path.GetFileName(Path.GetDirectoryName(file)) == domain && file.EndsWith(".pem", StringComparison.Ordinal));
        foreach (string file in files)
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    private static IEnumerable<string> Names(string trace) =>
        trace.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] is not ('\t' or ' ')).Select(line => line.Split(':')[0]);

    private static EmailRouting.Mail.MessageContent Content(ReceivedMail mail) => EmailRouting.Mail.OwnMail.Of(mail.Content);

    private static FakeResolver Resolver(ProfileServer server)
    {
        var keys = new SigningKeys(server.Server.Data, TimeProvider.System);
        var resolver = new FakeResolver();
        foreach (string domain in (string[])["router.test", "sender.test"])
        {
            if (keys.Find(domain) is { } key)
            {
                resolver.Txt[key.RecordName] = [key.RecordText];
            }
        }

        return resolver;
    }
}
