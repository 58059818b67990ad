using EmailRouting.Server.Tests.Harness;
using EmailRouting.Storage;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace EmailRouting.Web.Tests.Activity;

public sealed class ActivityPageTests(Dashboard dashboard) : IClassFixture<Dashboard>
{
    private const string Hostile = "<script>document.title='taken'</script><img/src=x/onerror=document.title='taken'>";

    [Fact]
    public async Task A_mail_appears_by_itself_and_opens_its_whole_story_with_the_proof()
    {
        IPage page = await dashboard.OpenAsync("/activity?sender=live%40sender.example");

        await SendAsync("live@sender.example");
        await page.GetByRole(AriaRole.Link, new() { Name = "live@sender.example" }).ClickAsync();

        await Expect(page.GetByText("Unchanged: what went out is byte for byte what came in.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "The way in" })).ToContainTextAsync("mail.sender.example");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "The way out" })).ToContainTextAsync(RunningServer.Inbox);
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = RunningServer.Alias })).ToHaveAttributeAsync("href", new System.Text.RegularExpressions.Regex("addresses.*rule="));
        string[] digests = [.. (await page.Locator(".proof code").AllInnerTextsAsync()).Distinct()];
        Assert.Equal(64, Assert.Single(digests).Length);
    }

    [Fact]
    public async Task The_back_button_closes_a_message_and_takes_a_filter_back()
    {
        await SendAsync("back@sender.example");
        IPage page = await dashboard.OpenAsync("/activity");
        ILocator link = page.GetByRole(AriaRole.Link, new() { Name = "back@sender.example" });
        await Expect(link).ToBeVisibleAsync();

        await page.GetByLabel("Status").SelectOptionAsync("dropped");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Nothing found" })).ToBeVisibleAsync();
        Assert.Contains("status=dropped", page.Url, StringComparison.Ordinal);
        await page.GoBackAsync();
        await link.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Proof" })).ToBeVisibleAsync();
        await page.GoBackAsync();

        await Expect(link).ToBeFocusedAsync();
    }

    [Fact]
    public async Task What_was_refused_is_explained_with_a_remedy()
    {
        string reply = await Sender.SendAsync(dashboard.Server.Smtp, "nobody@router.test", "guess@sender.example");
        Assert.StartsWith("550 5.1.1", reply, StringComparison.Ordinal);
        IPage page = await dashboard.OpenAsync("/activity?q=guess");

        await page.GetByRole(AriaRole.Link, new() { Name = "guess@sender.example" }).ClickAsync();

        await Expect(page.GetByText("There is no address of this name here.")).ToBeVisibleAsync();
        await Expect(page.GetByText("What to do: If there should be, add it")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_paused_list_stands_still_and_says_how_many_are_new()
    {
        await SendAsync("first@paused.example");
        IPage page = await dashboard.OpenAsync("/activity?sender=paused.example");
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();

        await SendAsync("second@paused.example");
        await SendAsync("third@paused.example");

        await Expect(page.GetByText("2 new messages")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(3);
    }

    [Fact]
    public async Task What_outsiders_wrote_is_text_and_nothing_else()
    {
        dashboard.Inbox.AtOnce("RCPT", Testing.Reaction.Say($"550 5.7.1 {Hostile}"), "hostile@sender.example");
        await Sender.SendAsync(dashboard.Server.Smtp, RunningServer.Alias, "hostile@sender.example", Hostile, Hostile);
        IPage page = await dashboard.OpenAsync("/activity?sender=hostile%40sender.example");
        await Expect(page.GetByRole(AriaRole.Cell, new() { Name = "rejected" })).ToBeVisibleAsync(new() { Timeout = 20_000 });

        await page.GetByRole(AriaRole.Link, new() { Name = "hostile@sender.example" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "The way in" })).ToContainTextAsync(Hostile);
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "The way out" })).ToContainTextAsync(Hostile);
        Assert.Equal(0, await page.Locator("main script, main img").CountAsync());
        Assert.DoesNotContain("taken", await page.TitleAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_sees_the_mail_of_his_domains_alone_and_cannot_open_another()
    {
        await dashboard.EditAsync(book => book.AddDomainAsync("other.test", DomainState.Live, subAddressing: false, CancellationToken.None));
        await SendAsync("seen@sender.example");
        await Sender.SendAsync(dashboard.Server.Smtp, "who@other.test", "unseen@sender.example");
        IPage owner = await dashboard.OpenAsync("/activity");
        await owner.GetByRole(AriaRole.Link, new() { Name = "unseen@sender.example" }).ClickAsync();
        await Expect(owner.GetByRole(AriaRole.Heading, new() { Name = "Recipients" })).ToBeVisibleAsync();
        string theirs = new Uri(owner.Url).PathAndQuery;

        IPage member = await dashboard.OpenAsAsync(PersonRole.Member, ["router.test"], "/activity");
        await Expect(member.GetByRole(AriaRole.Link, new() { Name = "seen@sender.example", Exact = true })).ToBeVisibleAsync();
        Assert.Equal(0, await member.GetByText("unseen@sender.example").CountAsync());
        await member.GotoAsync(theirs);

        await Expect(member.GetByRole(AriaRole.Heading, new() { Name = "This message is not known" })).ToBeVisibleAsync();
    }

    private async Task SendAsync(string sender) =>
        Assert.StartsWith("250", await Sender.SendAsync(dashboard.Server.Smtp, RunningServer.Alias, sender), StringComparison.Ordinal);
}
