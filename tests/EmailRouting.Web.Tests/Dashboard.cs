using System.Text.RegularExpressions;
using EmailRouting.Rules;
using EmailRouting.Server.Tests.Harness;
using EmailRouting.Storage;
using EmailRouting.Testing;
using Microsoft.Playwright;
using Xunit;

namespace EmailRouting.Web.Tests;

/// <summary>A running server with its owner signed in, and a browser; for one class of tests. It knows what <see cref="RunningServer"/> knows.</summary>
public sealed partial class Dashboard : IAsyncLifetime
{
    public const string Owner = "owner@example.com";
    public const string Password = "correct horse battery";

    private Chromium? _chromium;
    private RunningServer? _server;
    private ScriptedSmtpServer? _inbox;
    private string? _state;

    internal RunningServer Server => Started(_server);

    /// <summary>Where everything that is forwarded ends.</summary>
    internal ScriptedSmtpServer Inbox => Started(_inbox);

    public async ValueTask InitializeAsync()
    {
        if (Chromium.Program is null)
        {
            // Each test says why it is skipped.
            return;
        }

        _inbox = new ScriptedSmtpServer("PIPELINING", "8BITMIME", "SMTPUTF8");
        _server = await RunningServer.CreateAsync(_inbox.EndPoint);
        try
        {
            await _server.StartAsync();
            _chromium = await Chromium.StartAsync();
            IPage page = await SignedOutAsync();
            await page.GotoAsync(SetUpLink());
            await page.GetByLabel("Your e-mail address").FillAsync(Owner);
            await page.GetByLabel("Choose a password").FillAsync(Password);
            await page.GetByRole(AriaRole.Button, new() { Name = "Create the owner" }).ClickAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "First steps" })).ToBeVisibleAsync(new() { Timeout = 30_000 });
            _state = await page.Context.StorageStateAsync();
            await page.Context.CloseAsync();
        }
        catch
        {
            // Nobody disposes of what has not begun.
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_chromium is not null)
        {
            await _chromium.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        if (_inbox is not null)
        {
            await _inbox.DisposeAsync();
        }
    }

    /// <summary>A page of the owner's, on a path.</summary>
    /// <param name="path">Such as <c>/addresses</c>.</param>
    /// <param name="options">Of the browser: size, colour scheme.</param>
    public async Task<IPage> OpenAsync(string path, BrowserNewContextOptions? options = null)
    {
        Chromium.Require();
        options ??= new BrowserNewContextOptions();
        options.StorageState = _state;
        IPage page = await SignedOutAsync(options);
        await page.GotoAsync(path);
        await Assertions.Expect(page.Locator("main h1").First).ToBeVisibleAsync(new() { Timeout = 30_000 });
        return page;
    }

    /// <summary>A page of nobody's.</summary>
    public async Task<IPage> SignedOutAsync(BrowserNewContextOptions? options = null)
    {
        Chromium.Require();
        options ??= new BrowserNewContextOptions();

        // By name: passkeys are for names, not for addresses.
        options.BaseURL = $"http://localhost:{Server.Web.Port}";
        options.ViewportSize ??= new ViewportSize { Width = 1440, Height = 900 };

        // The checker of accessibility is a script that comes from outside.
        options.BypassCSP = true;
        IBrowserContext context = await _chromium!.ContextAsync(options);
        return await context.NewPageAsync();
    }

    /// <summary>Somebody with a role, signed in.</summary>
    internal async Task<IPage> OpenAsAsync(PersonRole role, string[] domains, string path)
    {
        string email = $"{role}-{Guid.NewGuid():N}@example.com".ToLowerInvariant();
        IPage owner = await OpenAsync("/people");
        await owner.GetByRole(AriaRole.Button, new() { Name = "Add somebody" }).ClickAsync();
        await owner.GetByLabel("E-mail address").FillAsync(email);
        await owner.GetByRole(AriaRole.Radio, new() { Name = role.ToString() }).CheckAsync();
        foreach (string domain in domains)
        {
            await owner.GetByLabel(domain).CheckAsync();
        }

        await owner.GetByRole(AriaRole.Button, new() { Name = "Add and make a link" }).ClickAsync();
        string link = await owner.Locator(".notice code").InnerTextAsync();
        await owner.Context.CloseAsync();

        IPage page = await SignedOutAsync();
        await page.GotoAsync(new Uri(link).PathAndQuery);
        await page.GetByLabel("Choose a password").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Save and go on" }).ClickAsync();
        await page.Locator(".shell").WaitForAsync();
        await page.GotoAsync(path);
        await page.Locator("main h1").First.WaitForAsync();
        return page;
    }

    internal async Task EditAsync(Func<RuleBook, Task<Edit>> edit) => await Server.EditRulesAsync(async book =>
    {
        if (await edit(book) is Edit.Refused refused)
        {
            throw new InvalidOperationException(refused.Sentence);
        }
    });

    /// <summary>Where there is no browser nothing is started, and the test that asks is skipped.</summary>
    private static T Started<T>(T? part)
    {
        Chromium.Require();
        return part ?? throw new InvalidOperationException("The server is not started.");
    }

    private string SetUpLink() => Link().Match(Server.Log) is { Success: true } match ? match.Value : throw new InvalidOperationException($"There is no set-up link:\n{Server.Log}");

    [GeneratedRegex(@"/setup\?code=\S+")]
    private static partial Regex Link();
}
