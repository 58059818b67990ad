using EmailRouting.Server.Tests.Harness;
using EmailRouting.Storage;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace EmailRouting.Web.Tests.Destinations;

public sealed class DestinationPageTests(Dashboard dashboard) : IClassFixture<Dashboard>
{
    [Fact]
    public async Task An_inbox_is_added_and_waits_until_somebody_vouches_for_it()
    {
        IPage page = await dashboard.OpenAsync("/destinations");

        await page.GetByLabel("Add a destination", new() { Exact = true }).Last.FillAsync("new@far.example");
        await page.Keyboard.PressAsync("Enter");
        await Expect(Row(page, "new@far.example")).ToContainTextAsync("waiting");
        await page.GetByRole(AriaRole.Link, new() { Name = "new@far.example" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Vouch for it", Exact = true }).ClickAsync();

        await Expect(Row(page, "new@far.example")).ToContainTextAsync("verified");
    }

    [Fact]
    public async Task Deleting_shows_first_what_uses_it()
    {
        await dashboard.EditAsync(book => book.AddDestinationAsync("used@far.example", verified: true, CancellationToken.None));
        await dashboard.Server.AddRuleAsync("uses-it@router.test", new EmailRouting.Rules.DraftAction.Forward(["used@far.example"]));
        IPage page = await dashboard.OpenAsync("/destinations?q=used%40");

        await page.GetByRole(AriaRole.Link, new() { Name = "used@far.example" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "uses-it@router.test" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await Expect(page.GetByText("1 of them forward nowhere else and are turned off")).ToBeVisibleAsync();
        await page.Locator(".mud-dialog").GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Nothing fits" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_wrong_address_is_told_at_its_field()
    {
        IPage page = await dashboard.OpenAsync("/destinations");

        await page.Locator("#new-inbox").FillAsync("me@router.test");
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.Locator("#new-inbox-error")).ToContainTextAsync("is on a domain of this installation");
        await Expect(page.Locator("#new-inbox")).ToHaveValueAsync("me@router.test");
    }

    [Fact]
    public async Task The_contact_of_a_domain_is_chosen_here()
    {
        await dashboard.EditAsync(book => book.AddDestinationAsync("contact@far.example", verified: true, CancellationToken.None));
        IPage page = await dashboard.OpenAsync("/destinations?domain=router.test");

        await page.GetByText("Who gets mail for postmaster and abuse").ClickAsync();
        await page.GetByLabel("Of router.test").SelectOptionAsync("contact@far.example");

        await Expect(page.GetByText("Now it goes to contact@far.example.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_member_can_neither_vouch_nor_delete_and_sees_no_rule_of_others()
    {
        await dashboard.EditAsync(book => book.AddDomainAsync("theirs.test", DomainState.Live, subAddressing: false, CancellationToken.None));
        await dashboard.Server.AddRuleAsync("private@theirs.test", new EmailRouting.Rules.DraftAction.Forward([RunningServer.Inbox]));
        IPage page = await dashboard.OpenAsAsync(PersonRole.Member, ["router.test"], "/destinations");

        await page.GetByRole(AriaRole.Link, new() { Name = RunningServer.Inbox }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = RunningServer.Alias })).ToBeVisibleAsync();

        Assert.Equal(0, await page.GetByText("theirs.test").CountAsync());
        Assert.Equal(0, await page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).CountAsync());
        Assert.Equal(0, await page.GetByText("vouch").CountAsync());
    }

    private static ILocator Row(IPage page, string address) => page.Locator("tbody tr", new() { HasText = address });
}
