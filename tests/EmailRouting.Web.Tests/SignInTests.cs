using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace EmailRouting.Web.Tests;

public sealed class SignInTests(Dashboard dashboard) : IClassFixture<Dashboard>
{
    [Fact]
    public async Task A_wrong_password_and_an_unknown_address_are_told_the_same()
    {
        IPage page = await dashboard.SignedOutAsync();

        await SignInAsync(page, Dashboard.Owner, "not the password");
        string wrong = await page.GetByRole(AriaRole.Alert).First.InnerTextAsync();
        await SignInAsync(page, "nobody@example.com", "not the password");
        string unknown = await page.GetByRole(AriaRole.Alert).First.InnerTextAsync();

        Assert.Contains("did not work", wrong, StringComparison.Ordinal);
        Assert.Equal(wrong, unknown);
    }

    [Fact]
    public async Task Somebody_who_must_sign_in_comes_to_where_he_wanted_to_go()
    {
        IPage page = await dashboard.SignedOutAsync();
        await page.GotoAsync("/about");

        await FillAsync(page, Dashboard.Owner, Dashboard.Password);

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "About" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_link_does_not_lead_to_another_site_after_signing_in()
    {
        IPage page = await dashboard.SignedOutAsync();
        await page.GotoAsync("/sign-in?ReturnUrl=" + Uri.EscapeDataString("//evil.example/"));

        await FillAsync(page, Dashboard.Owner, Dashboard.Password);

        await page.Locator(".shell").WaitForAsync();
        Assert.Equal("localhost", new Uri(page.Url).Host);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_and_its_cookie_is_worthless()
    {
        IPage page = await dashboard.SignedOutAsync();
        await SignInAsync(page, Dashboard.Owner, Dashboard.Password);
        await page.Locator(".shell").WaitForAsync();
        IReadOnlyList<BrowserContextCookiesResult> cookies = await page.Context.CookiesAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.GetByLabel("E-mail address")).ToBeVisibleAsync();
        await page.Context.AddCookiesAsync(cookies.Select(c => new Cookie { Name = c.Name, Value = c.Value, Domain = c.Domain, Path = c.Path }));
        await page.GotoAsync("/about");

        await Expect(page.GetByLabel("E-mail address")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_cookie_is_kept_from_scripts_and_from_other_sites()
    {
        IPage page = await dashboard.SignedOutAsync();
        await SignInAsync(page, Dashboard.Owner, Dashboard.Password);
        await page.Locator(".shell").WaitForAsync();

        BrowserContextCookiesResult cookie = (await page.Context.CookiesAsync()).Single(c => c.Name == "emailrouting");

        Assert.True(cookie.HttpOnly);
        Assert.Equal(SameSiteAttribute.Lax, cookie.SameSite);
    }

    [Fact]
    public async Task A_session_can_be_ended_from_another_browser()
    {
        IPage stolen = await dashboard.SignedOutAsync();
        await SignInAsync(stolen, Dashboard.Owner, Dashboard.Password);
        await stolen.Locator(".shell").WaitForAsync();
        IPage page = await dashboard.OpenAsync("/you");

        // Of the others that the owner is signed in with, the tests before this one included.
        ILocator others = page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Sign out Chrome") });
        await Expect(others.First).ToBeVisibleAsync();
        for (int left = await others.CountAsync(); left > 0; left--)
        {
            await others.First.ClickAsync();
            await Expect(others).ToHaveCountAsync(left - 1);
        }

        await Expect(page.GetByText("this one")).ToBeVisibleAsync();
        await stolen.GetByRole(AriaRole.Link, new() { Name = "About" }).ClickAsync();
        await Expect(stolen.GetByRole(AriaRole.Heading, new() { Name = "You are signed out" })).ToBeVisibleAsync();
    }

    private static async Task SignInAsync(IPage page, string email, string password)
    {
        await page.GotoAsync("/sign-in?ReturnUrl=%2Fabout");
        await FillAsync(page, email, password);
    }

    private static async Task FillAsync(IPage page, string email, string password)
    {
        await page.GetByLabel("E-mail address").FillAsync(email);
        await page.GetByLabel("Password").FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
    }
}
