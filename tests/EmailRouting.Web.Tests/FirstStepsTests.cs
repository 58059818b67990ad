using System.Text;
using System.Text.RegularExpressions;
using EmailRouting.Server.Tests.Harness;
using EmailRouting.Testing;
using Microsoft.Playwright;
using MimeKit;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace EmailRouting.Web.Tests;

public sealed partial class FirstStepsTests
{
    private const int MaxClicks = 12;

    /// <summary>As the first minutes of a newcomer are judged: no documentation.</summary>
    [Fact]
    public async Task From_an_empty_server_to_a_forwarded_mail_in_twelve_clicks()
    {
        Chromium.Require();
        await using var inbox = new ScriptedSmtpServer("PIPELINING", "8BITMIME");
        await using RunningServer server = RunningServer.CreateEmpty(inbox.EndPoint);
        await server.StartAsync();
        await using Chromium chromium = await Chromium.StartAsync();
        IBrowserContext browser = await chromium.ContextAsync(new BrowserNewContextOptions { BaseURL = $"http://localhost:{server.Web.Port}" });
        IPage page = await browser.NewPageAsync();
        int clicks = 0;

        async Task ClickAsync(IPage where, string button)
        {
            clicks++;
            await where.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
        }

        await page.GotoAsync(SetUpLink().Match(server.Log).Value);
        await page.GetByLabel("Your e-mail address").FillAsync("me@example.org");
        await page.GetByLabel("Choose a password").FillAsync("a quite long sentence");
        await ClickAsync(page, "Create the owner");

        await page.GetByLabel("Domain", new() { Exact = true }).FillAsync("new.test");
        // There is no DNS here that could tell what is forged.
        clicks++;
        await page.GetByLabel("Refuse forged mail").UncheckAsync();
        await ClickAsync(page, "Add the domain");
        await page.GetByLabel("The inbox you read today").FillAsync("me@inbox.example");
        await ClickAsync(page, "Add and ask");

        // In his mail program: the link in the mail, and the button on the page that it leads to.
        IPage mail = await browser.NewPageAsync();
        await mail.GotoAsync(await VerificationLinkAsync(inbox));
        clicks++;
        await ClickAsync(mail, "Confirm");

        await page.GetByLabel("Address", new() { Exact = true }).FillAsync("hello", new() { Timeout = 30_000 });
        await ClickAsync(page, "Create the address");
        await ClickAsync(page, "Send a test mail");

        await Expect(page.GetByText("It arrived: your inbox has taken it, unchanged.")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        Assert.InRange(clicks, 1, MaxClicks);
        Assert.Contains(inbox.Messages, m => m.Rcpt.Contains("me@inbox.example", StringComparison.Ordinal) && Encoding.UTF8.GetString(m.Content).Contains("A test of your mail routing", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nobody_becomes_the_owner_with_a_wrong_link_or_once_there_is_one()
    {
        Chromium.Require();
        await using var inbox = new ScriptedSmtpServer();
        await using RunningServer server = RunningServer.CreateEmpty(inbox.EndPoint);
        await server.StartAsync();
        await using Chromium chromium = await Chromium.StartAsync();
        IPage page = await (await chromium.ContextAsync(new BrowserNewContextOptions { BaseURL = $"http://localhost:{server.Web.Port}" })).NewPageAsync();
        string link = SetUpLink().Match(server.Log).Value;

        await page.GotoAsync(link[..^3] + "xxx");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "This link does not work any more" })).ToBeVisibleAsync();
        await page.GotoAsync(link);
        await page.GetByLabel("Your e-mail address").FillAsync("me@example.org");
        await page.GetByLabel("Choose a password").FillAsync("a quite long sentence");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create the owner" }).ClickAsync();
        await page.Locator(".shell").WaitForAsync(new() { Timeout = 30_000 });

        await page.GotoAsync(link);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "This link does not work any more" })).ToBeVisibleAsync();
    }

    private static async Task<string> VerificationLinkAsync(ScriptedSmtpServer inbox)
    {
        await Eventually.TrueAsync(() => Task.FromResult(!inbox.Messages.IsEmpty), TimeSpan.FromSeconds(30), () => "No mail asked the inbox.", TestContext.Current.CancellationToken);
        using var stream = new MemoryStream(inbox.Messages.First().Content);
        using MimeMessage message = await MimeMessage.LoadAsync(stream, TestContext.Current.CancellationToken);
        return new Uri(VerifyLink().Match(message.TextBody ?? string.Empty).Value).PathAndQuery;
    }

    [GeneratedRegex(@"/setup\?code=\S+")]
    private static partial Regex SetUpLink();

    [GeneratedRegex(@"http://\S+/verify/\S+")]
    private static partial Regex VerifyLink();
}
