using EmailRouting.Rules;
using EmailRouting.Server.Tests.Harness;
using EmailRouting.Storage;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace EmailRouting.Web.Tests.Transfer;

public sealed class TransferPageTests(Dashboard dashboard) : IClassFixture<Dashboard>
{
    [Fact]
    public async Task What_is_pasted_is_checked_first_and_then_brought_in()
    {
        IPage page = await dashboard.OpenAsync("/transfer?domain=router.test");

        await page.GetByLabel("Or paste it").FillAsync($"address,destination,notes\npasted,{RunningServer.Inbox},from a table\n");
        await page.GetByRole(AriaRole.Button, new() { Name = "Check it" }).ClickAsync();
        await Expect(page.GetByText("pasted@router.test")).ToBeVisibleAsync();
        await Expect(page.GetByText("Nothing is changed yet.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Bring it in" }).ClickAsync();
        await Expect(page.GetByText("Done. Addresses created or changed: 1")).ToBeVisibleAsync();

        await page.GotoAsync("/addresses?q=from a table");
        await Expect(page.Locator("tbody tr", new() { HasText = "pasted@router.test" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Every_problem_is_told_with_its_line_and_nothing_can_be_brought_in()
    {
        IPage page = await dashboard.OpenAsync("/transfer?domain=router.test");

        await page.GetByLabel("Or paste it").FillAsync($"address,destination\nfine,{RunningServer.Inbox}\nnowhere,\n");
        await page.GetByRole(AriaRole.Button, new() { Name = "Check it" }).ClickAsync();

        await Expect(page.GetByText("Line 3: There is neither a destination nor an action.")).ToBeVisibleAsync();
        Assert.Equal(0, await page.GetByRole(AriaRole.Button, new() { Name = "Bring it in" }).CountAsync());
    }

    [Fact]
    public async Task A_text_longer_than_a_message_of_the_circuit_is_taken_whole()
    {
        IPage page = await dashboard.OpenAsync("/transfer?domain=router.test");
        string table = "address,destination\n" + string.Concat(Enumerable.Range(0, 5000).Select(i => $"long-{i:D5},{RunningServer.Inbox}\n"));

        await page.GetByLabel("Or paste it").EvaluateAsync("(field, text) => { field.value = text; }", table);
        await page.GetByRole(AriaRole.Button, new() { Name = "Check it" }).ClickAsync();

        await Expect(page.GetByText("Addresses to be created or changed: 5,000")).ToBeVisibleAsync(new() { Timeout = 60_000 });
    }

    [Fact]
    public async Task An_export_for_a_spreadsheet_holds_no_formula_and_comes_in_again_as_it_was()
    {
        await dashboard.EditAsync(book => book.AddRuleAsync(new RuleDraft("formula@router.test", new DraftAction.Forward([RunningServer.Inbox])) { Notes = "=HYPERLINK(\"x\")" }, CancellationToken.None));
        IPage page = await dashboard.OpenAsync("/transfer?domain=router.test");

        IDownload download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Addresses (CSV)" }).ClickAsync());
        string path = await download.PathAsync();
        string csv = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        Assert.Contains("\"'=HYPERLINK(\"\"x\"\")\"", csv, StringComparison.Ordinal);

        await page.Locator("#file").SetInputFilesAsync(path);
        await page.GetByRole(AriaRole.Button, new() { Name = "Check it" }).ClickAsync();
        await Expect(page.GetByText("Nothing to do: everything in it is here already, just so.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_member_exports_his_own_and_imports_nothing()
    {
        await dashboard.EditAsync(book => book.AddDomainAsync("theirs.test", DomainState.Live, subAddressing: false, CancellationToken.None));
        IPage page = await dashboard.OpenAsAsync(PersonRole.Member, ["router.test"], "/transfer");

        await Expect(page.GetByText("An import may add domains")).ToBeVisibleAsync();
        IDownload download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Everything (JSON)" }).ClickAsync());
        string json = await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken);

        Assert.Contains("router.test", json, StringComparison.Ordinal);
        Assert.DoesNotContain("theirs.test", json, StringComparison.Ordinal);
    }
}
