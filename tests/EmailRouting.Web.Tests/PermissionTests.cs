using EmailRouting.Storage;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace EmailRouting.Web.Tests;

public sealed class PermissionTests(Dashboard dashboard) : IClassFixture<Dashboard>
{
    [Theory]
    [InlineData("/tokens")]
    [InlineData("/people")]
    public async Task What_is_for_admins_is_not_shown_to_a_member_whatever_he_types(string path)
    {
        IPage page = await dashboard.OpenAsAsync(PersonRole.Member, ["router.test"], path);

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "This is not for you" })).ToBeVisibleAsync();
        Assert.Equal(0, await page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByText("API tokens").CountAsync());
    }

    [Fact]
    public async Task A_member_sees_no_domain_but_his_own()
    {
        await dashboard.EditAsync(book => book.AddDomainAsync("secret.test", DomainState.Live, subAddressing: false, CancellationToken.None));
        IPage page = await dashboard.OpenAsAsync(PersonRole.Member, ["router.test"], "/domains");

        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "router.test" })).ToBeVisibleAsync();
        Assert.Equal(0, await page.GetByText("secret.test").CountAsync());

        await page.GotoAsync("/domains/secret.test");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "There is no such domain" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_viewer_is_offered_no_changes()
    {
        IPage page = await dashboard.OpenAsAsync(PersonRole.Viewer, ["router.test"], "/domains/router.test");

        await Expect(page.GetByLabel("Receive mail for this domain")).ToBeDisabledAsync();
        Assert.Equal(0, await page.GetByRole(AriaRole.Button, new() { Name = "Remove the domain" }).CountAsync());
    }

    [Fact]
    public async Task A_domain_that_a_member_adds_waits_for_its_DNS_and_is_his()
    {
        IPage page = await dashboard.OpenAsAsync(PersonRole.Member, ["router.test"], "/domains");

        await page.GetByRole(AriaRole.Button, new() { Name = "Add a domain" }).ClickAsync();
        await page.GetByLabel("Domain", new() { Exact = true }).FillAsync("member.test");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add the domain" }).ClickAsync();

        await Expect(page.GetByText("This domain waits for its DNS")).ToBeVisibleAsync();
        await Expect(page.GetByText("_emailrouting.member.test")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Who_is_removed_while_a_page_is_open_can_do_nothing_more_on_it()
    {
        IPage page = await dashboard.OpenAsAsync(PersonRole.Admin, [], "/you");
        string email = await page.Locator(".heading p").InnerTextAsync();
        await page.GotoAsync("/tokens");
        await page.GetByRole(AriaRole.Button, new() { Name = "New token" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("too late");

        IPage owner = await dashboard.OpenAsync("/people");
        await owner.GetByRole(AriaRole.Button, new() { Name = $"Remove {email}" }).ClickAsync();
        await owner.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await Expect(owner.GetByText(email)).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create the token" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "This is not for you" })).ToBeVisibleAsync();
        await owner.GotoAsync("/tokens");
        await Expect(owner.GetByRole(AriaRole.Heading, new() { Name = "API tokens" })).ToBeVisibleAsync();
        Assert.Equal(0, await owner.GetByText("too late").CountAsync());
    }
}
