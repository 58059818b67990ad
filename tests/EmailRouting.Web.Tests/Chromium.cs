using Microsoft.Playwright;
using Xunit;

namespace EmailRouting.Web.Tests;

/// <summary>The browser of this machine: Debian's package <c>chromium</c>, or the one that <c>EMAILROUTING_CHROMIUM</c> names.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    // It is to talk to the server under test and to nobody else.
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    // Machines of continuous integration are slow, and a page that comes late is not a page that is wrong.
    private const float Patience = 30_000;

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Chromium(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    public static string? Program => Environment.GetEnvironmentVariable("EMAILROUTING_CHROMIUM") is { Length: > 0 } named ? named : Array.Find(Places, File.Exists);

    /// <summary>Call it first in a test.</summary>
    public static void Require() => Assert.SkipWhen(Program is null, "Chromium is not installed (Debian: chromium; or name it in EMAILROUTING_CHROMIUM).");

    public static async Task<Chromium> StartAsync()
    {
        Assertions.SetDefaultExpectTimeout(Patience);
        IPlaywright playwright = await Playwright.CreateAsync();
        return new Chromium(playwright, await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Program, Args = Arguments }));
    }

    public Task<IBrowserContext> ContextAsync(BrowserNewContextOptions options) => _browser.NewContextAsync(options);

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
