using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace EmailRouting.Server.Tests.Inbox;

/// <summary>What a newcomer does: start it, send a mail, look at it.</summary>
public sealed partial class FirstMinuteTests
{
    private const string Hostile =
        "From: \"<script>alert(1)</script>\" <evil@sender.example>\r\nSubject: =?utf-8?Q?=3Cimg_src=3Dx=3E?=\r\nMIME-Version: 1.0\r\n"
        + "Content-Type: text/html\r\n\r\n<h1>Loud</h1><script>alert(2)</script>\r\n.\r\n";

    [Fact]
    public async Task A_mail_is_shown_beside_both_digests_and_nothing_in_it_is_rendered()
    {
        await using DevelopmentServer server = await DevelopmentServer.StartAsync();
        string empty = WebUtility.HtmlDecode(await server.Http.GetStringAsync("/inbox", TestContext.Current.CancellationToken));
        string line = Assert.Single(server.Output.Split('\n'), l => l.StartsWith("printf ", StringComparison.Ordinal)).TrimEnd();
        Assert.Contains(line, empty, StringComparison.Ordinal);

        await SendAsync(server.Smtp, Hostile);

        string list = await server.Http.GetStringAsync("/inbox", TestContext.Current.CancellationToken);
        Assert.Contains("&lt;img src=x&gt;", list, StringComparison.Ordinal);
        string mail = Assert.Single(MailLink().Matches(list)).Value;
        HttpResponseMessage page = null!;
        string html = string.Empty;
        await DevelopmentServer.UntilAsync(async () =>
        {
            page = await server.Http.GetAsync(mail, TestContext.Current.CancellationToken);
            html = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            return html.Contains("Unchanged", StringComparison.Ordinal);
        });

        byte[] sent = Encoding.UTF8.GetBytes(Hostile);
        Assert.Equal(2, Regex.Count(html, Convert.ToHexStringLower(SHA256.HashData(sent))));
        Assert.Equal(sent, await server.Http.GetByteArrayAsync($"{mail}/source.eml", TestContext.Current.CancellationToken));
        Assert.StartsWith("default-src 'self'", Assert.Single(page.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(2)", html, StringComparison.Ordinal);
        Assert.Equal(["From", "Subject", "MIME-Version", "Content-Type"], HeaderName().Matches(html).Select(name => name.Groups[1].Value));
        foreach (string live in (string[])["<script", "<img", "<h1>Loud", "style=", "onerror="])
        {
            Assert.DoesNotContain(live, html + list, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Contains($"{server.Http.BaseAddress}setup?code=", server.Output, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Http.GetAsync("/inbox/nothing", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Send_test_says_what_became_of_the_message()
    {
        await using DevelopmentServer server = await DevelopmentServer.StartAsync();

        (int exit, string output, _) = await server.RunAsync("send-test", "hello@example.test", "--json");
        Assert.Equal(0, exit);
        Assert.Contains("\"reply\": \"250 ", output, StringComparison.Ordinal);
        Assert.Single(MailLink().Matches(await server.Http.GetStringAsync("/inbox", TestContext.Current.CancellationToken)));

        (int refused, _, string refusal) = await server.RunAsync("send-test", "nobody@example.test");
        Assert.Equal(1, refused);
        Assert.Contains("550", Assert.Single(refusal.TrimEnd().Split('\n')), StringComparison.Ordinal);

        await server.StopAsync();
        (int silent, _, string silence) = await server.RunAsync("send-test", "hello@example.test");
        Assert.Equal(1, silent);
        Assert.StartsWith("Nothing listens", Assert.Single(silence.TrimEnd().Split('\n')), StringComparison.Ordinal);

        Assert.Equal(2, (await server.RunAsync("send-test", "hello")).Exit);
    }

    [Fact]
    public async Task The_first_rule_does_not_come_back_after_it_was_removed()
    {
        await using DevelopmentServer server = await DevelopmentServer.StartAsync();
        Assert.Equal(0, (await server.RunAsync("domain", "remove", "example.test")).Exit);
        await server.StopAsync();

        await server.StartAgainAsync();

        Assert.Equal("[]", (await server.RunAsync("domain", "list", "--json")).Output.Trim());
    }

    [Fact]
    public async Task Outside_development_there_is_no_inbox_and_no_rule_but_a_page_that_says_how_to_set_it_up()
    {
        await using DevelopmentServer server = await DevelopmentServer.StartAsync("Production");

        Assert.Contains("not set up yet", await server.Http.GetStringAsync("/sign-in", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("/setup?code=", server.Output, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Http.GetAsync("/inbox", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal("[]", (await server.RunAsync("domain", "list", "--json")).Output.Trim());
        Assert.DoesNotContain("printf", server.Output, StringComparison.Ordinal);
    }

    [GeneratedRegex("/inbox/[0-9a-f]{32}")]
    private static partial Regex MailLink();

    [GeneratedRegex("<th scope=\"row\">([^<]+)</th>")]
    private static partial Regex HeaderName();

    private static async Task SendAsync(int port, string message)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        await using NetworkStream stream = client.GetStream();
        string stuffed = message.Replace("\r\n.", "\r\n..", StringComparison.Ordinal);
        await stream.WriteAsync(
            Encoding.UTF8.GetBytes("EHLO sender.example\r\n"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream);
        Assert.StartsWith("220 ", await ReplyAsync(reader), StringComparison.Ordinal);
        foreach ((string command, string reply) in ((string, string)[])
            [("", "250"), ("MAIL FROM:<evil@sender.example>\r\n", "250"), ("RCPT TO:<hello@example.test>\r\n", "250"), ("DATA\r\n", "354"), ($"{stuffed}.\r\n", "250")])
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(command), TestContext.Current.CancellationToken);
            Assert.StartsWith(reply, await ReplyAsync(reader), StringComparison.Ordinal);
        }
    }

    private static async Task<string> ReplyAsync(StreamReader reader)
    {
        string? line = await reader.ReadLineAsync(TestContext.Current.CancellationToken);
        while (line is [_, _, _, '-', ..])
        {
            line = await reader.ReadLineAsync(TestContext.Current.CancellationToken);
        }

        return line ?? string.Empty;
    }
}
