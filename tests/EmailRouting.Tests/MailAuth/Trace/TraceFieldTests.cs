using System.Net;
using System.Text;
using EmailRouting.Mail;
using EmailRouting.MailAuth;
using EmailRouting.MailAuth.Arc;
using EmailRouting.MailAuth.Dkim;
using EmailRouting.MailAuth.Dmarc;
using EmailRouting.MailAuth.Trace;
using EmailRouting.Smtp;
using MimeKit.Cryptography;
using Xunit;

namespace EmailRouting.Tests.MailAuth.Trace;

public sealed class TraceFieldTests
{
    private static readonly DmarcResult Pass = new(AuthStatus.Pass, "sender.example", string.Empty) { PolicyDomain = "sender.example", Published = DmarcPolicy.Reject };

    [Fact]
    public void Results_are_written_one_on_a_line()
    {
        var result = new AuthenticationResult(
            new SpfEvidence("sender.example", AuthStatus.SoftFail),
            [new DkimResult(AuthStatus.Pass, "sender.example", "s1", SigningAlgorithm.RsaSha256, string.Empty) { SignatureStart = "aB+/aB+/" }],
            Pass,
            new ArcResult(AuthStatus.None, "no ARC fields"));

        Assert.Equal(
            "Authentication-Results: mx.ours.example;\r\n"
            + "\tspf=softfail smtp.mailfrom=sender.example;\r\n"
            + "\tdkim=pass header.d=sender.example header.s=s1 header.a=rsa-sha256\r\n"
            + "\theader.b=\"aB+/aB+/\";\r\n"
            + "\tdmarc=pass header.from=sender.example polrec.p=reject;\r\n"
            + "\tarc=none\r\n",
            Encoding.ASCII.GetString(AuthenticationResultsField.Compose("mx.ours.example", result)));
    }

    [Fact]
    public void Whatever_a_stranger_wrote_the_field_stays_one_field_that_others_can_read()
    {
        string[] hostile = ["a\r\nBcc: x", "a;b", "a\"b\\", "(((", "ünï", new string('x', 5000), "a b", "", "a\0b", "=?utf-8?q?x?=", "\\"];
        foreach (string text in hostile)
        {
            var result = new AuthenticationResult(
                new SpfEvidence(text, AuthStatus.Fail),
                [new DkimResult(AuthStatus.Fail, text, text, null, text) { SignatureStart = text }],
                Pass with { Author = text, PolicyDomain = text, Reason = text, Status = AuthStatus.Fail },
                new ArcResult(AuthStatus.Fail, text));

            string field = Encoding.ASCII.GetString(AuthenticationResultsField.Compose("mx.ours.example", result));

            Assert.Single(field.Split("\r\n"), line => line.Length > 0 && line[0] != '\t');
            Assert.DoesNotContain(field.Replace("\r\n\t", string.Empty, StringComparison.Ordinal)[..^2], c => c is < ' ' or > '~');
            byte[] value = Encoding.ASCII.GetBytes(field["Authentication-Results:".Length..]);
            Assert.True(AuthenticationResults.TryParse(value, out AuthenticationResults? read), field);
            Assert.Equal(["spf", "dkim", "dmarc", "arc"], read!.Results.Select(r => r.Method));
        }
    }

    [Fact]
    public void A_Received_line_says_what_RFC_5321_asks()
    {
        EmailAddress alias = Messages.Address("hello@ours.example");
        var field = new ReceivedField(
            "client.example", IPAddress.Parse("::ffff:192.0.2.1"), "mx.ours.example", "ESMTPS", new MailId(5), alias, new DateTimeOffset(2026, 11, 5, 1, 2, 3, TimeSpan.FromHours(1)));

        Assert.Equal(
            "Received: from client.example ([192.0.2.1])\r\n\tby mx.ours.example with ESMTPS id 0000000000005\r\n\tfor <hello@ours.example>;\r\n\tThu, 5 Nov 2026 00:02:03 +0000\r\n",
            Encoding.ASCII.GetString(field.Compose()));
    }

    [Theory]
    [InlineData("a\r\nSubject: x")]
    [InlineData("a) by evil (")]
    [InlineData("")]
    [InlineData("[192.0.2.1]")]
    [InlineData("ünï")]
    public void A_client_cannot_write_into_the_Received_line(string name)
    {
        string field = Encoding.ASCII.GetString(
            new ReceivedField(name, IPAddress.IPv6Loopback, "mx.ours.example", "ESMTP", new MailId(5), null, DateTimeOffset.UnixEpoch).Compose());

        Assert.Matches(@"^Received: from [^ ()\r\n]+ \(\[IPv6:::1\]\)\r\n\tby mx\.ours\.example with ESMTP id [0-9a-z]+;\r\n\tThu, 1 Jan 1970 00:00:00 \+0000\r\n$", field);
    }
}
