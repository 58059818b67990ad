using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using EmailRouting.Server.Tests.Harness;
using EmailRouting.Testing;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace EmailRouting.Web.Tests;

/// <summary>What axe-core finds on each page, in both colour schemes and both widths: nothing (WCAG 2.1 A and AA).</summary>
public sealed class AccessibilityTests(Dashboard dashboard) : IClassFixture<Dashboard>
{
    private static readonly string[] Paths =
    [
        "/", "/addresses", "/activity", "/queue", "/destinations", "/domains", "/domains/router.test", "/transfer", "/tokens", "/people", "/start", "/about", "/you",
    ];

    private static readonly AxeRunOptions Rules = new() { RunOnly = RunOnlyOptions.Tags("wcag2a", "wcag2aa", "wcag21a", "wcag21aa") };

    public static TheoryData<string, ColorScheme, int> Pages
    {
        get
        {
            var pages = new TheoryData<string, ColorScheme, int>();
            foreach (string path in Paths)
            {
                pages.Add(path, ColorScheme.Light, 1440);
                pages.Add(path, ColorScheme.Dark, 390);
            }

            return pages;
        }
    }

    [Theory, MemberData(nameof(Pages))]
    public async Task A_page_has_nothing_that_keeps_somebody_out(string path, ColorScheme scheme, int width)
    {
        IPage page = await dashboard.OpenAsync(path, new BrowserNewContextOptions { ColorScheme = scheme, ViewportSize = new ViewportSize { Width = width, Height = 900 } });
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);

        Assert.Equal([], Findings(await page.RunAxe(Rules)));
        Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"), "The page is wider than the window.");
        await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData("menu", ColorScheme.Light)]
    [InlineData("menu", ColorScheme.Dark)]
    [InlineData("rule", ColorScheme.Light)]
    [InlineData("rule", ColorScheme.Dark)]
    [InlineData("new rule", ColorScheme.Light)]
    [InlineData("explanation", ColorScheme.Light)]
    [InlineData("explanation", ColorScheme.Dark)]
    [InlineData("story", ColorScheme.Light)]
    [InlineData("story", ColorScheme.Dark)]
    [InlineData("queued message", ColorScheme.Light)]
    [InlineData("queued message", ColorScheme.Dark)]
    [InlineData("dialog", ColorScheme.Light)]
    [InlineData("dialog", ColorScheme.Dark)]
    public async Task Nor_has_what_opens_on_it_on_a_telephone(string what, ColorScheme scheme)
    {
        IPage page = await dashboard.OpenAsync(
            "/about", new BrowserNewContextOptions { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce, ViewportSize = new ViewportSize { Width = 390, Height = 844 } });
        await OpenAsync(page, what);
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);

        Assert.Equal([], Findings(await page.RunAxe(Rules)));
        Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"), "The page is wider than the window.");
        await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/setup")]
    [InlineData("/welcome")]
    [InlineData("/not-found")]
    public async Task So_has_a_page_without_a_session(string path)
    {
        IPage page = await dashboard.SignedOutAsync();
        await page.GotoAsync(path);
        await page.Locator("h1").First.WaitForAsync();

        Assert.Equal([], Findings(await page.RunAxe(Rules)));
        await page.Context.CloseAsync();
    }

    private async Task OpenAsync(IPage page, string what)
    {
        switch (what)
        {
            case "menu":
                await page.GetByRole(AriaRole.Button, new() { Name = "Menu", Exact = true }).ClickAsync();
                await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Close the menu" })).ToBeVisibleAsync();
                break;
            case "rule":
                await page.GotoAsync("/addresses?q=hello");
                await page.GetByRole(AriaRole.Link, new() { Name = RunningServer.Alias }).ClickAsync();
                await Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Save" })).ToBeVisibleAsync();
                break;
            case "new rule":
                await page.GotoAsync("/addresses?rule=new");
                await Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Create" })).ToBeVisibleAsync();
                break;
            case "explanation":
                await page.GotoAsync($"/addresses?explain={Uri.EscapeDataString(RunningServer.Alias)}&sender=me%40example.org");
                await Expect(page.Locator(".fate")).ToBeVisibleAsync();
                break;
            case "story":
                await Sender.SendAsync(dashboard.Server.Smtp, RunningServer.Alias, "story@sender.example");
                await page.GotoAsync("/activity?sender=story%40sender.example");
                await page.GetByRole(AriaRole.Link, new() { Name = "story@sender.example" }).First.ClickAsync();
                await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Proof" })).ToBeVisibleAsync();
                break;
            case "queued message":
                await OpenQueuedAsync(page, "queued@sender.example");
                await page.GetByRole(AriaRole.Button, new() { Name = "Show the message" }).ClickAsync();
                await Expect(page.Locator("pre")).ToBeVisibleAsync();
                break;
            default:
                await OpenQueuedAsync(page, "asked@sender.example");
                await page.GetByRole(AriaRole.Button, new() { Name = "Drop …" }).ClickAsync();
                await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
                break;
        }
    }

    private async Task OpenQueuedAsync(IPage page, string sender)
    {
        dashboard.Inbox.AtOnce("RCPT", Reaction.Say("452 4.2.2 The mailbox is over quota"), sender);
        await Sender.SendAsync(dashboard.Server.Smtp, RunningServer.Alias, sender);
        await page.GotoAsync($"/queue?q={Uri.EscapeDataString(sender)}");
        await page.GetByRole(AriaRole.Link, new() { Name = RunningServer.Alias }).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "What is owed" })).ToBeVisibleAsync();
    }

    private static IEnumerable<string> Findings(AxeResult result) =>
        result.Violations.SelectMany(violation => violation.Nodes.Select(node => $"{violation.Id}: {node.Html} ({node.Target})"));
}
