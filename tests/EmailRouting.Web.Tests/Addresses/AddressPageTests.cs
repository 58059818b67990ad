using EmailRouting.Rules;
using EmailRouting.Server.Tests.Harness;
using EmailRouting.Storage;
using EmailRouting.Testing;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace EmailRouting.Web.Tests.Addresses;

public sealed class AddressPageTests(Dashboard dashboard) : IClassFixture<Dashboard>
{
    [Fact]
    public async Task An_address_is_made_by_typing_its_name_and_the_field_is_ready_for_the_next()
    {
        IPage page = await dashboard.OpenAsync("/addresses?domain=router.test");
        await Expect(page.GetByLabel("Goes to").First).ToHaveValueAsync(RunningServer.Inbox);

        await page.Keyboard.PressAsync("n");
        await page.Keyboard.TypeAsync("first-one");
        await page.Keyboard.PressAsync("Enter");
        await Expect(Row(page, "first-one@router.test")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("New address").Last).ToHaveValueAsync(string.Empty);
        await page.Keyboard.TypeAsync("second-one@router.test");
        await page.Keyboard.PressAsync("Enter");

        await Expect(Row(page, "second-one@router.test")).ToContainTextAsync(RunningServer.Inbox);
    }

    [Fact]
    public async Task What_is_refused_is_told_and_what_was_typed_stays()
    {
        IPage page = await dashboard.OpenAsync("/addresses?domain=router.test");

        await page.Locator("#new-address").FillAsync("somebody@elsewhere.example");
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.Locator("#new-said")).ToContainTextAsync("elsewhere.example is not one of your domains here.");
        await Expect(page.Locator("#new-address")).ToHaveValueAsync("somebody@elsewhere.example");
    }

    [Fact]
    public async Task A_shop_gets_an_address_that_is_called_like_it()
    {
        IPage page = await dashboard.OpenAsync("/addresses?domain=router.test");

        await page.Locator("#new-address").FillAsync("https://www.bookshop.example/cart");
        await page.GetByRole(AriaRole.Button, new() { Name = "bookshop", Exact = true }).ClickAsync();

        await Expect(page.Locator("#new-address")).ToHaveValueAsync("bookshop");
        await Expect(page.Locator("#new-address")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Switching_off_says_where_the_mail_goes_now_and_can_be_undone()
    {
        await RuleAsync("switched@router.test");
        IPage page = await dashboard.OpenAsync("/addresses?q=switched");
        ILocator on = page.GetByRole(AriaRole.Switch, new() { Name = "switched@router.test is on" });

        await on.ClickAsync();
        await Expect(page.GetByText("switched@router.test is off. Its mail is refused with “550 5.1.1 No such address here”.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo", Exact = true }).ClickAsync();

        await Expect(on).ToBeCheckedAsync();
    }

    [Fact]
    public async Task An_editor_tells_what_is_wrong_at_its_field_and_its_changes_can_be_undone()
    {
        await RuleAsync("edited@router.test");
        IPage page = await dashboard.OpenAsync("/addresses?q=edited");
        await page.GetByRole(AriaRole.Link, new() { Name = "edited@router.test" }).ClickAsync();
        ILocator panel = page.GetByRole(AriaRole.Dialog);

        await panel.GetByText("Senders, expiry, priority, name").ClickAsync();
        await panel.GetByLabel("Only mail from").FillAsync("no sender at all");
        await panel.GetByLabel("Notes").FillAsync("kept");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(panel.Locator("#senders-error")).ToContainTextAsync("no sender at all");
        await Expect(panel.GetByLabel("Notes")).ToHaveValueAsync("kept");

        await panel.GetByLabel("Only mail from").FillAsync("boss@example.org");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await panel.GetByRole(AriaRole.Button, new() { Name = "Undo: Changed" }).ClickAsync();

        await Expect(panel.GetByLabel("Notes")).ToHaveValueAsync(string.Empty);
    }

    [Fact]
    public async Task Back_and_Escape_close_what_was_opened_and_the_focus_returns()
    {
        await RuleAsync("opened@router.test");
        IPage page = await dashboard.OpenAsync("/addresses?q=opened");
        ILocator link = page.GetByRole(AriaRole.Link, new() { Name = "opened@router.test" });

        await link.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await page.GoBackAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();
        await link.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");

        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeHiddenAsync();
        await Expect(link).ToBeFocusedAsync();
    }

    [Fact]
    public async Task What_was_deleted_comes_back()
    {
        await RuleAsync("deleted@router.test");
        IPage page = await dashboard.OpenAsync("/addresses?q=deleted%40");
        await page.GetByRole(AriaRole.Link, new() { Name = "deleted@router.test" }).ClickAsync();

        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Nothing fits" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo", Exact = true }).ClickAsync();

        await Expect(Row(page, "deleted@router.test")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Many_are_changed_at_once_and_put_back_at_once()
    {
        foreach (int number in Enumerable.Range(1, 3))
        {
            await RuleAsync($"bulk-{number}@router.test");
        }

        IPage page = await dashboard.OpenAsync("/addresses?q=bulk-");
        await page.GetByLabel("Select all").CheckAsync();
        await Expect(page.GetByText("3 selected")).ToBeVisibleAsync();

        await page.GetByLabel("Add a label").FillAsync("together");
        await page.GetByLabel("Add a label").PressAsync("Enter");
        await Expect(page.Locator("tbody .tag", new() { HasText = "together" })).ToHaveCountAsync(3);
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Nothing fits" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo", Exact = true }).ClickAsync();

        await Expect(page.Locator("tbody .tag", new() { HasText = "together" })).ToHaveCountAsync(3);
    }

    [Fact]
    public async Task Ten_thousand_are_a_window_of_some_dozens()
    {
        await dashboard.Server.EditRulesAsync(book => book.ApplyAsync(
            [.. Enumerable.Range(0, 10_000).Select(i => new RuleEdit.Create(new RuleDraft($"many-{i:D5}@router.test", new DraftAction.Drop())))], dryRun: false, CancellationToken.None));
        IPage page = await dashboard.OpenAsync("/addresses?q=many-&sort=address");
        await Expect(page.GetByText("10,000 addresses found")).ToBeVisibleAsync();
        await Expect(Row(page, "many-00000@router.test")).ToBeVisibleAsync();

        await page.EvaluateAsync("window.scrollTo(0, document.documentElement.scrollHeight)");

        await Expect(Row(page, "many-09999@router.test")).ToBeVisibleAsync();
        Assert.InRange(await page.Locator("tbody tr").CountAsync(), 1, 80);
    }

    [Fact]
    public async Task What_was_used_last_can_be_listed_first()
    {
        foreach (string address in (string[])["used-later@router.test", "used-never@router.test", "used-earlier@router.test"])
        {
            await RuleAsync(address);
        }

        // The newest rule: once mail for it is taken, the server knows them all.
        await Eventually.TrueAsync(
            async () => (await Sender.SendAsync(dashboard.Server.Smtp, "used-earlier@router.test")).StartsWith("250", StringComparison.Ordinal),
            TimeSpan.FromSeconds(10), () => "Mail for the address is refused", TestContext.Current.CancellationToken);
        await Sender.SendAsync(dashboard.Server.Smtp, "used-later@router.test");
        IPage page = await dashboard.OpenAsync("/activity?q=used-later");
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);

        await page.GotoAsync("/addresses?q=used-");
        await page.GetByLabel("Order").SelectOptionAsync("Last used first");

        await Expect(page.Locator("tbody .lead a")).ToHaveTextAsync(["used-later@router.test", "used-earlier@router.test", "used-never@router.test"]);
    }

    [Fact]
    public async Task It_is_explained_what_would_happen_to_a_mail()
    {
        IPage page = await dashboard.OpenAsync($"/addresses?explain={Uri.EscapeDataString(RunningServer.Alias)}&sender=me%40example.org");

        await Expect(page.GetByText($"goes to {RunningServer.Inbox}")).ToBeVisibleAsync();
        await Expect(page.GetByText("250 2.1.5 Recipient OK")).ToBeVisibleAsync();
        await page.GetByLabel("To", new() { Exact = true }).FillAsync("nobody@router.test");
        await page.GetByLabel("To", new() { Exact = true }).PressAsync("Enter");

        await Expect(page.Locator(".fate")).ToContainTextAsync("550 5.1.1 No such address here");
    }

    [Fact]
    public async Task Text_that_looks_like_markup_stays_text()
    {
        const string Hostile = "\"<img/src=x/onerror=alert(1)>\"@router.test";
        await RuleAsync(Hostile);
        IPage page = await dashboard.OpenAsync("/addresses?q=onerror");

        await page.GetByRole(AriaRole.Switch).ClickAsync();
        await Expect(page.Locator(".mud-snackbar")).ToContainTextAsync(Hostile);
        await page.GetByRole(AriaRole.Link, new() { Name = Hostile }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync(Hostile);

        Assert.Equal(0, await page.Locator("main img, .mud-snackbar img").CountAsync());
    }

    [Fact]
    public async Task A_member_sees_and_changes_nothing_of_other_domains()
    {
        await dashboard.EditAsync(book => book.AddDomainAsync("theirs.test", DomainState.Live, subAddressing: false, CancellationToken.None));
        Guid theirs = await RuleAsync("private@theirs.test");
        IPage page = await dashboard.OpenAsAsync(PersonRole.Member, ["router.test"], $"/addresses?rule={theirs:N}");

        await Expect(page.GetByText("It is not here any more.")).ToBeVisibleAsync();
        Assert.Equal(0, await page.GetByText("theirs.test").CountAsync());
        await page.Keyboard.PressAsync("Escape");
        await page.Locator("#new-address").FillAsync("mine@theirs.test");
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.Locator("#new-said")).ToContainTextAsync("is not one of your domains here.");
    }

    [Fact]
    public async Task A_viewer_can_look_and_do_nothing()
    {
        IPage page = await dashboard.OpenAsAsync(PersonRole.Viewer, ["router.test"], "/addresses?q=hello");

        await Expect(page.GetByRole(AriaRole.Switch, new() { Name = $"{RunningServer.Alias} is on" })).ToBeDisabledAsync();
        Assert.Equal(0, await page.Locator("#new-address").CountAsync());
        Assert.Equal(0, await page.GetByRole(AriaRole.Checkbox).CountAsync());
    }

    private static ILocator Row(IPage page, string address) => page.Locator("tbody tr", new() { HasText = address });

    private async Task<Guid> RuleAsync(string pattern)
    {
        Guid id = Guid.Empty;
        await dashboard.EditAsync(async book =>
        {
            Edit edit = await book.AddRuleAsync(new RuleDraft(pattern, new DraftAction.Forward([RunningServer.Inbox])), CancellationToken.None);
            id = edit is Edit.Done done ? done.Id : id;
            return edit;
        });
        return id;
    }
}
