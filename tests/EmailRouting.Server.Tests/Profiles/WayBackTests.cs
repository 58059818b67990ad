using System.Text;
using EmailRouting.Activity;
using EmailRouting.MailAuth;
using EmailRouting.MailAuth.Dkim;
using EmailRouting.MailAuth.Keys;
using EmailRouting.Rules;
using EmailRouting.Server.Tests.Harness;
using EmailRouting.Storage;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Server.Tests.Profiles;

/// <summary>The way back to a sender that was rewritten: a report is read, and told anew without the destination; nothing else gets through.</summary>
public sealed class WayBackTests(ProfileServer server) : IClassFixture<ProfileServer>
{
    private const string Text = "From: Me <me@sender.test>\r\nTo: you\r\nSubject: hello there\r\nMessage-ID: <1@sender.test>\r\n\r\nhello\r\n";

    private readonly string _sender = ProfileServer.NewSender();

    [Theory]
    [InlineData(ForwardingProfile.Srs)]
    [InlineData(ForwardingProfile.Authenticated)]
    public async Task A_report_becomes_one_of_ours_that_names_the_alias_alone(ForwardingProfile profile)
    {
        string domain = await server.AddDomainAsync(profile);
        ReceivedMail forwarded = await ForwardAsync(server, domain);

        string reply = await server.SendAsync(Report(forwarded, "failed", "5.2.2"), "", ProfileServer.PathOf(forwarded.Mail));

        Assert.StartsWith("250 2.0.0", reply, StringComparison.Ordinal);
        ReceivedMail told = Assert.Single(await ToldAsync(server, 1));
        Assert.StartsWith("MAIL FROM:<>", told.Mail, StringComparison.Ordinal);
        Assert.StartsWith($"RCPT TO:<{_sender}>", told.Rcpt, StringComparison.Ordinal);
        string text = Encoding.UTF8.GetString(told.Content);
        Assert.DoesNotContain("inbox.test", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("SRS0", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Remote-MTA", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Diagnostic-Code", text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains($"Final-Recipient: rfc822; hello@{domain}\r\nAction: failed\r\nStatus: 5.2.2\r\n", text, StringComparison.Ordinal);
        Assert.Contains("Subject: hello there\r\n", text, StringComparison.Ordinal);
        Assert.Equal(profile == ForwardingProfile.Authenticated, text.StartsWith("DKIM-Signature:", StringComparison.Ordinal));

        ActivityStory story = await server.StoryAsync(reply, story => story.Status == MessageStatus.Forwarded);
        Assert.Equal("report", Assert.Single(story.Received.Recipients).Decision);
        Assert.Equal(_sender, Assert.Single(story.Attempts).Destination);
    }

    [Fact]
    public async Task Our_report_is_signed_for_the_domain_of_the_alias()
    {
        string domain = await server.AddDomainAsync(ForwardingProfile.Authenticated);
        ReceivedMail forwarded = await ForwardAsync(server, domain);

        await server.SendAsync(Report(forwarded, "failed", "5.1.1"), "", ProfileServer.PathOf(forwarded.Mail));

        ReceivedMail told = Assert.Single(await ToldAsync(server, 1));
        SigningKey key = new SigningKeys(server.Server.Data, TimeProvider.System).Find(domain)!;
        var resolver = new FakeResolver { Txt = { [key.RecordName] = [key.RecordText] } };
        DkimResult result = Assert.Single(
            await new DkimVerifier(resolver, TimeProvider.System).VerifyAsync(Mail.OwnMail.Of(told.Content), TestContext.Current.CancellationToken));
        Assert.Equal((AuthStatus.Pass, domain), (result.Status, result.Domain));
    }

    [Fact]
    public async Task It_works_after_a_restart_and_after_the_profile_has_been_switched_off()
    {
        string domain = await server.AddDomainAsync(ForwardingProfile.Srs);
        ReceivedMail forwarded = await ForwardAsync(server, domain);
        await server.ChangeAsync(domain, ForwardingProfile.Transparent);
        await server.Server.StopAsync();
        await server.Server.StartAsync();

        Assert.StartsWith("250", await server.SendAsync(Report(forwarded, "failed", "5.1.1"), "", ProfileServer.PathOf(forwarded.Mail)), StringComparison.Ordinal);

        Assert.Contains($"rfc822; hello@{domain}\r\n", Encoding.UTF8.GetString(Assert.Single(await ToldAsync(server, 1)).Content), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_but_a_report_from_nobody_is_taken()
    {
        string domain = await server.AddDomainAsync(ForwardingProfile.Srs);
        await server.Server.AddRuleAsync($"*@{domain}", new DraftAction.Forward([RunningServer.Inbox]));
        ReceivedMail forwarded = await ForwardAsync(server, domain);
        string address = ProfileServer.PathOf(forwarded.Mail);

        Assert.StartsWith("550 5.7.1", await server.SendAsync(Text, "somebody@else.test", address), StringComparison.Ordinal);
        Assert.StartsWith("550 5.7.1", await server.SendAsync(Text, "", address), StringComparison.Ordinal);
        Assert.StartsWith("550 5.7.1", await server.SendAsync(Text, "", address.Replace("=me", "=you", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.StartsWith("550 5.7.1", await server.SendAsync(Text, "", $"SRS0=aaaa=AA=elsewhere.test=victim@{domain}"), StringComparison.Ordinal);
        Assert.StartsWith("550 5.7.1", await server.SendAsync(Text, "", $"srs1=aaaa=elsewhere.test==bbbb=AA=x.test=victim@{domain}"), StringComparison.Ordinal);
        Assert.StartsWith("550 5.7.1 Relaying denied", await server.SendAsync(Text, "", address.Replace(domain, "elsewhere.test", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Empty(await ToldAsync(server, 0));
    }

    [Theory]
    [InlineData("delayed", "4.4.1")]
    [InlineData("delivered", "2.0.0")]
    [InlineData("relayed", "2.0.0")]
    public async Task What_has_not_failed_is_taken_and_told_to_nobody(string action, string status)
    {
        string domain = await server.AddDomainAsync(ForwardingProfile.Srs);
        ReceivedMail forwarded = await ForwardAsync(server, domain);

        string reply = await server.SendAsync(Report(forwarded, action, status), "", ProfileServer.PathOf(forwarded.Mail));

        Assert.StartsWith("250", reply, StringComparison.Ordinal);
        Assert.Equal(MessageStatus.Dropped, (await server.StoryAsync(reply, _ => true)).Status);
        Assert.Empty(await ToldAsync(server, 0));
    }

    [Fact]
    public async Task A_return_address_goes_with_no_other_recipient()
    {
        string domain = await server.AddDomainAsync(ForwardingProfile.Srs);
        string address = ProfileServer.PathOf((await ForwardAsync(server, domain)).Mail);

        Assert.StartsWith("452 4.5.3", await server.SendAsync(Text, "", address, $"hello@{domain}"), StringComparison.Ordinal);
        Assert.StartsWith("452 4.5.3", await server.SendAsync(Text, "", $"hello@{domain}", address), StringComparison.Ordinal);
        Assert.StartsWith("452 4.5.3", await server.SendAsync(Text, "", address, address), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_address_gets_so_many_reports_an_hour_and_no_more()
    {
        string domain = await server.AddDomainAsync(ForwardingProfile.Srs);
        ReceivedMail forwarded = await ForwardAsync(server, domain);
        string address = ProfileServer.PathOf(forwarded.Mail);

        for (int i = 0; i < ProfileServer.ReturnLimit; i++)
        {
            Assert.StartsWith("250", await server.SendAsync(Report(forwarded, "failed", "5.1.1"), "", address), StringComparison.Ordinal);
        }

        Assert.StartsWith("450 4.7.1", await server.SendAsync(Report(forwarded, "failed", "5.1.1"), "", address), StringComparison.Ordinal);
        Assert.StartsWith("450 4.7.1", await server.SendAsync(Report(forwarded, "failed", "5.1.1"), "", address.ToLowerInvariant()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sender_that_looked_forged_is_told_nothing()
    {
        string domain = await server.AddDomainAsync(ForwardingProfile.Authenticated);
        string from = _sender.Split('@')[1];
        server.Dns.On($"TXT {from}", $"{from} TXT v=spf1 ip4:192.0.2.1 -all");
        ReceivedMail forwarded = await ForwardAsync(server, domain);

        Assert.StartsWith("250", await server.SendAsync(Report(forwarded, "failed", "5.1.1"), "", ProfileServer.PathOf(forwarded.Mail)), StringComparison.Ordinal);

        await Task.Delay(500, TestContext.Current.CancellationToken);
        Assert.Empty(await ToldAsync(server, 0));
    }

    [Fact]
    public async Task Where_nothing_is_known_of_the_message_its_sender_is_told_without_the_alias()
    {
        await using ProfileServer own = await ProfileServer.StartAsync(ForwardingProfile.Srs);
        string address = ProfileServer.PathOf((await ForwardAsync(own, "router.test")).Mail);
        await own.Server.StopAsync();
        File.Delete(own.Server.Data.ActivityDatabase);
        await own.Server.StartAsync();

        Assert.StartsWith("250", await own.SendAsync(Report(null, "failed", "nonsense"), "", address), StringComparison.Ordinal);

        string text = Encoding.UTF8.GetString(Assert.Single(await ToldAsync(own, 1)).Content);
        Assert.Contains("Final-Recipient: unknown; an address at router.test\r\nAction: failed\r\nStatus: 5.0.0\r\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("inbox.test", text, StringComparison.OrdinalIgnoreCase);
    }

    private async Task<ReceivedMail> ForwardAsync(ProfileServer through, string domain)
    {
        string reply = await through.SendAsync(Text, _sender, $"hello@{domain}");
        Assert.StartsWith("250", reply, StringComparison.Ordinal);
        return Assert.Single(await through.ArrivedAsync(mail => mail.Mail.Contains($"={_sender.Split('@')[1]}=", StringComparison.Ordinal), 1));
    }

    private Task<ReceivedMail[]> ToldAsync(ProfileServer through, int count) =>
        through.ArrivedAsync(mail => mail.Rcpt.StartsWith($"RCPT TO:<{_sender}>", StringComparison.Ordinal), count);

    /// <summary>As a destination writes it that names itself wherever it can.</summary>
    /// <param name="about">What it had got; null where it gives nothing of that back.</param>
    /// <param name="action">What became of it.</param>
    /// <param name="status">Likewise.</param>
    private static string Report(ReceivedMail? about, string action, string status)
    {
        string delivered = $"Return-Path: <x>\r\nDelivered-To: {RunningServer.Inbox}\r\nReceived: from mx.router.test by mx.inbox.test; Thu, 26 Nov 2026 00:00:00 +0000\r\n";
        string original = about is null ? string.Empty : $"--b\r\nContent-Type: message/rfc822\r\n\r\n{delivered}{Encoding.ASCII.GetString(about.Content)}\r\n";
        return "From: MAILER-DAEMON@mx.inbox.test\r\nTo: x\r\nSubject: failed for you@inbox.test\r\nMIME-Version: 1.0\r\n"
            + "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\n<you@inbox.test>: over quota at mx.inbox.test\r\n"
            + "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.inbox.test\r\n\r\n"
            + $"Final-Recipient: rfc822; {RunningServer.Inbox}\r\nAction: {action}\r\nStatus: {status}\r\nRemote-MTA: dns; store.inbox.test\r\nDiagnostic-Code: smtp; 550 no {RunningServer.Inbox}\r\n\r\n"
            + $"{original}--b--\r\n";
    }
}
