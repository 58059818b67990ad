using EmailRouting.Server.Tests.Harness;
using EmailRouting.Storage;
using EmailRouting.Testing;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace EmailRouting.Web.Tests.Queue;

public sealed class QueuePageTests(Dashboard dashboard) : IClassFixture<Dashboard>
{
    [Fact]
    public async Task What_waits_says_why_and_can_be_held_and_the_hold_undone()
    {
        IPage page = await WaitingAsync("held@sender.example", "/queue?q=held");

        await Expect(page.GetByText("The inbox is full.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = $"Hold the mail to {RunningServer.Alias}" }).ClickAsync();
        await Expect(page.Locator("tbody .tag")).ToHaveTextAsync("held");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();

        await Expect(page.Locator("tbody .tag")).ToHaveTextAsync("waiting");
    }

    [Fact]
    public async Task What_was_full_is_retried_and_goes_out()
    {
        IPage page = await WaitingAsync("retried@sender.example", "/queue?q=retried");

        await page.GetByRole(AriaRole.Button, new() { Name = $"Retry the mail to {RunningServer.Alias} now" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Nothing found" })).ToBeVisibleAsync(new() { Timeout = 20_000 });
        Assert.Contains(dashboard.Inbox.Messages, m => m.Mail.Contains("retried@sender.example", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Selected_mail_is_redirected_to_a_verified_destination()
    {
        await dashboard.EditAsync(book => book.AddDestinationAsync("elsewhere@inbox.test", verified: true, CancellationToken.None));
        await dashboard.EditAsync(book => book.AddDestinationAsync("asked@inbox.test", verified: false, CancellationToken.None));
        IPage page = await WaitingAsync("redirected@sender.example", "/queue?q=redirected");

        await page.GetByRole(AriaRole.Checkbox, new() { Name = $"Select the mail to {RunningServer.Alias}" }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Redirect …" }).ClickAsync();
        Assert.Equal(0, await page.GetByRole(AriaRole.Option, new() { Name = "asked@inbox.test" }).CountAsync());
        await page.GetByLabel("Destination", new() { Exact = true }).SelectOptionAsync("elsewhere@inbox.test");
        await page.GetByRole(AriaRole.Button, new() { Name = "Redirect", Exact = true }).ClickAsync();

        await Expect(page.GetByText("1 delivery redirected to elsewhere@inbox.test.")).ToBeVisibleAsync();
        await Eventually.TrueAsync(
            () => dashboard.Inbox.Messages.Any(m => m.Rcpt.Contains("elsewhere@inbox.test", StringComparison.Ordinal)), TimeSpan.FromSeconds(20), () => "It did not go there.", TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Dropping_asks_first_and_the_message_is_shown_as_text()
    {
        IPage page = await WaitingAsync("dropped@sender.example", "/queue?q=dropped", "<img src=x onerror=alert(1)>");
        await page.GetByRole(AriaRole.Link, new() { Name = RunningServer.Alias }).ClickAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Show the message" }).ClickAsync();
        await Expect(page.Locator("pre")).ToContainTextAsync("Subject: <img src=x onerror=alert(1)>");
        Assert.Equal(0, await page.Locator("main img").CountAsync());

        await page.GetByRole(AriaRole.Button, new() { Name = "Drop …" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(page.Locator("pre")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Drop …" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Drop" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Nothing of this message is in the queue" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_viewer_sees_why_mail_waits_and_can_neither_change_nor_read_it()
    {
        await WaitingAsync("viewed@sender.example", "/queue?q=viewed");
        IPage page = await dashboard.OpenAsAsync(PersonRole.Viewer, ["router.test"], "/queue?q=viewed");

        await Expect(page.GetByText("The inbox is full.")).ToBeVisibleAsync();
        Assert.Equal(0, await page.GetByRole(AriaRole.Checkbox).CountAsync());
        await page.GetByRole(AriaRole.Link, new() { Name = RunningServer.Alias }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "What is owed" })).ToBeVisibleAsync();

        Assert.Equal(0, await page.GetByRole(AriaRole.Button, new() { Name = "Drop …" }).CountAsync());
        Assert.Equal(0, await page.GetByRole(AriaRole.Button, new() { Name = "Show the message" }).CountAsync());
    }

    [Fact]
    public async Task A_message_is_saved_as_it_came()
    {
        IPage page = await WaitingAsync("saved@sender.example", "/queue?q=saved", "<img src=x onerror=alert(1)>");
        await page.GetByRole(AriaRole.Link, new() { Name = RunningServer.Alias }).ClickAsync();

        IDownload download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download it as .eml" }).ClickAsync());

        Assert.Matches("^[0-9a-z]{13}[.]eml$", download.SuggestedFilename);
        Assert.Equal(
            "Subject: <img src=x onerror=alert(1)>\r\n\r\nIt works.\r\n",
            await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken));
        IAPIResponse response = await page.APIRequest.GetAsync(download.Url);
        Assert.StartsWith("attachment;", response.Headers["content-disposition"], StringComparison.Ordinal);
        Assert.Equal(("message/rfc822", "nosniff", "no-store"), (response.Headers["content-type"], response.Headers["x-content-type-options"], response.Headers["cache-control"]));
        Assert.Equal("sandbox; default-src 'none'", response.Headers["content-security-policy"]);
    }

    [Fact]
    public async Task A_message_is_saved_by_nobody_who_may_not_read_it_whatever_he_types()
    {
        IPage page = await WaitingAsync("kept@sender.example", "/queue?q=kept");
        await page.GetByRole(AriaRole.Link, new() { Name = RunningServer.Alias }).ClickAsync();
        string file = await page.GetByRole(AriaRole.Link, new() { Name = "Download it as .eml" }).EvaluateAsync<string>("link => link.href");
        Assert.Equal(200, (await page.APIRequest.GetAsync(file)).Status);

        IPage viewer = await dashboard.OpenAsAsync(PersonRole.Viewer, ["router.test"], "/queue");
        IPage nobody = await dashboard.SignedOutAsync();

        Assert.Equal(404, (await viewer.APIRequest.GetAsync(file)).Status);
        Assert.Equal(302, (await nobody.APIRequest.GetAsync(file, new() { MaxRedirects = 0 })).Status);
        Assert.Equal(404, (await page.APIRequest.GetAsync(file.Replace("/message.eml", "0/message.eml", StringComparison.Ordinal))).Status);
    }

    /// <summary>A mail that its inbox has just put off, and the page that shows it.</summary>
    private async Task<IPage> WaitingAsync(string sender, string path, string subject = "Hello")
    {
        Chromium.Require();
        dashboard.Inbox.AtOnce("RCPT", Reaction.Say("452 4.2.2 The mailbox is over quota"), sender);
        Assert.StartsWith("250", await Sender.SendAsync(dashboard.Server.Smtp, RunningServer.Alias, sender, subject: subject), StringComparison.Ordinal);
        return await dashboard.OpenAsync(path);
    }
}
