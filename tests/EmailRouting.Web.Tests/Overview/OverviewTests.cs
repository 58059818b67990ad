using EmailRouting.Server.Tests.Harness;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace EmailRouting.Web.Tests.Overview;

public sealed class OverviewTests(Dashboard dashboard) : IClassFixture<Dashboard>
{
    [Fact]
    public async Task Who_has_had_no_mail_is_led_to_the_first_steps()
    {
        IPage page = await dashboard.OpenAsync("/?domain=router.test");

        // Other tests of this class send mail to this domain.
        ILocator first = page.GetByRole(AriaRole.Link, new() { Name = "Go to the first steps" }).Or(page.GetByRole(AriaRole.Heading, new() { Name = "Messages over time" }));

        await Expect(first.First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Figures_lead_to_the_messages_behind_them_and_the_chart_has_a_table()
    {
        Chromium.Require();
        Assert.StartsWith("250", await Sender.SendAsync(dashboard.Server.Smtp, RunningServer.Alias), StringComparison.Ordinal);
        Assert.StartsWith("550", await Sender.SendAsync(dashboard.Server.Smtp, "nobody@router.test"), StringComparison.Ordinal);
        IPage page = await dashboard.OpenAsync("/");
        ILocator rejected = page.Locator(".figure", new() { HasText = "rejected" });
        await Expect(rejected).ToBeVisibleAsync(new() { Timeout = 30_000 });

        await page.GetByText("Show as a table").ClickAsync();
        await Expect(page.Locator(".chart table tbody tr").Last).ToBeVisibleAsync();
        Assert.Matches("[1-9][0-9]* messages: .*rejected", await page.Locator(".plot").GetAttributeAsync("aria-label"));
        await Expect(page.GetByText("There is no such address, here or at the destination.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = RunningServer.Alias })).ToBeVisibleAsync();

        await rejected.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Cell, new() { Name = "rejected" }).First).ToBeVisibleAsync();
        Assert.Contains("status=rejected", page.Url, StringComparison.Ordinal);
    }
}
