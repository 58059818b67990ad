using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;

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

    private static IEnumerable<string> Findings(AxeResult result) =>
        result.Violations.SelectMany(violation => violation.Nodes.Select(node => $"{violation.Id}: {node.Html} ({node.Target})"));
}
