using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using EmailRouting.Storage;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace EmailRouting.Web.Tests;

public sealed partial class SecondFactorTests(Dashboard dashboard) : IClassFixture<Dashboard>
{
    [Fact]
    public async Task Who_has_turned_it_on_signs_in_with_a_code_and_without_his_device_with_a_recovery_code_once()
    {
        IPage page = await dashboard.OpenAsAsync(PersonRole.Admin, [], "/you");
        string email = await page.Locator(".heading p").InnerTextAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Set it up" }).ClickAsync();
        string key = await page.Locator(".copyable code").First.InnerTextAsync();
        await page.GetByLabel("Code", new() { Exact = true }).FillAsync("000000");
        await page.GetByRole(AriaRole.Button, new() { Name = "Turn it on" }).ClickAsync();
        await Expect(page.GetByText("This code is not right")).ToBeVisibleAsync();
        await page.GetByLabel("Code", new() { Exact = true }).FillAsync(Totp(key));
        await page.GetByRole(AriaRole.Button, new() { Name = "Turn it on" }).ClickAsync();
        string[] recovery = (await page.Locator("pre").InnerTextAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(10, recovery.Length);

        Assert.True(await SignsInAsync(email, Totp(key)));
        Assert.True(await SignsInAsync(email, recovery[0]));
        Assert.False(await SignsInAsync(email, recovery[0]));
        Assert.False(await SignsInAsync(email, "123456"));
    }

    [Fact]
    public async Task A_passkey_signs_in_without_a_password()
    {
        IPage page = await dashboard.OpenAsAsync(PersonRole.Admin, [], "/you");
        ICDPSession devices = await page.Context.NewCDPSessionAsync(page);
        await devices.SendAsync("WebAuthn.enable");
        await devices.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = new { protocol = "ctap2", transport = "internal", hasResidentKey = true, hasUserVerification = true, isUserVerified = true, automaticPresenceSimulation = true },
        });

        await page.GetByLabel("Name of a new passkey").FillAsync("My phone");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await Expect(page.GetByText("My phone").First).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out", Exact = true }).ClickAsync();
        await page.GotoAsync("/sign-in?ReturnUrl=%2Fabout");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "About this server" })).ToBeVisibleAsync();
    }

    private async Task<bool> SignsInAsync(string email, string code)
    {
        IPage page = await dashboard.SignedOutAsync();
        await page.GotoAsync("/sign-in?ReturnUrl=%2Fabout");
        await page.GetByLabel("E-mail address").FillAsync(email);
        await page.GetByLabel("Password").FillAsync(Dashboard.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await page.GetByLabel("Code").FillAsync(code);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        ILocator inside = page.GetByRole(AriaRole.Heading, new() { Name = "About this server" });

        // Not any alert: on a slow machine the page that opens says first that it is being connected.
        await inside.Or(page.Locator("p.error")).First.WaitForAsync();
        bool isIn = await inside.IsVisibleAsync();
        await page.Context.CloseAsync();
        return isIn;
    }

    /// <summary>What an authenticator app shows now (RFC 6238).</summary>
    private static string Totp(string key)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var secret = new List<byte>();
        int bits = 0;
        int value = 0;
        foreach (char c in NotBase32().Replace(key.ToUpperInvariant(), string.Empty))
        {
            value = (value << 5) | Alphabet.IndexOf(c, StringComparison.Ordinal);
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                secret.Add((byte)(value >> bits));
                value &= (1 << bits) - 1;
            }
        }

        byte[] counter = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 30);
#pragma warning disable CA5350 // RFC 6238 is made of HMAC-SHA-1, and so are the apps.
        byte[] hash = HMACSHA1.HashData(secret.ToArray(), counter);
#pragma warning restore CA5350
        int offset = hash[^1] & 15;
        int code = (BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(offset)) & 0x7fffffff) % 1_000_000;
        return code.ToString("D6", System.Globalization.CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("[^A-Z2-7]")]
    private static partial Regex NotBase32();
}
