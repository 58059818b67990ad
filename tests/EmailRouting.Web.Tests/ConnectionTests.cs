using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace EmailRouting.Web.Tests;

/// <summary>What an open page does when it loses its server.</summary>
public sealed class ConnectionTests(Dashboard dashboard) : IClassFixture<Dashboard>
{
    private const string Lost = "The connection to the server is lost.";
    private const string Forgotten = "The server is back, and has forgotten this page.";

    // Gone from a page that was loaded anew.
    private const string Mark = "window.isMarked = true";

    // A line that is cut without a word is noticed when nothing has come over it for half a minute.
    private static readonly LocatorAssertionsToBeVisibleOptions Noticed = new() { Timeout = 90_000 };

    [Fact]
    public async Task A_page_that_is_cut_off_says_so_and_then_goes_on_with_what_was_typed_meanwhile()
    {
        IPage page = await dashboard.OpenAsync("/addresses");
        await page.EvaluateAsync(Mark);
        await page.Context.SetOfflineAsync(true);
        await Name(page).FillAsync("typed-offline");

        await Expect(page.GetByRole(AriaRole.Alert).GetByText(Lost)).ToBeVisibleAsync(Noticed);
        await page.Context.SetOfflineAsync(false);
        await Expect(page.GetByText(Lost)).ToBeHiddenAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Create", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "typed-offline@router.test" })).ToBeVisibleAsync();
        Assert.True(await page.EvaluateAsync<bool>("window.isMarked === true"));
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_page_whose_server_was_restarted_comes_back_by_itself_as_it_was_filtered()
    {
        IPage page = await dashboard.OpenAsync("/addresses");
        await page.GetByRole(AriaRole.Searchbox).FillAsync("no such address");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Nothing fits" })).ToBeVisibleAsync();
        await page.EvaluateAsync(Mark);

        await dashboard.Server.KillAsync();
        await Expect(page.GetByRole(AriaRole.Alert).GetByText(Lost)).ToBeVisibleAsync(Noticed);
        await dashboard.Server.RestartAsync();

        await page.WaitForFunctionAsync("window.isMarked === undefined && document.querySelector('main h1') !== null", null, new() { Timeout = 90_000 });
        await Expect(page.GetByRole(AriaRole.Searchbox)).ToHaveValueAsync("no such address");
        await page.GetByRole(AriaRole.Link, new() { Name = "Show everything" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "hello@router.test" })).ToBeVisibleAsync();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_page_on_which_something_was_typed_leaves_it_to_the_one_who_typed_when_to_reload()
    {
        IPage page = await dashboard.OpenAsync("/addresses");
        await Name(page).FillAsync("half-typed");

        await dashboard.Server.RestartAsync();

        await Expect(page.GetByRole(AriaRole.Alert).GetByText(Forgotten)).ToBeVisibleAsync(Noticed);
        await Expect(Name(page)).ToHaveValueAsync("half-typed");
        await page.GetByRole(AriaRole.Button, new() { Name = "Reload the page" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "hello@router.test" })).ToBeVisibleAsync();
        await Expect(page.GetByText(Forgotten)).ToBeHiddenAsync();
        await page.Context.CloseAsync();
    }

    private static ILocator Name(IPage page) => page.GetByRole(AriaRole.Textbox, new() { Name = "New address" });
}
