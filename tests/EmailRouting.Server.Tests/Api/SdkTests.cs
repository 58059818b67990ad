using System.Diagnostics;
using Xunit;

namespace EmailRouting.Server.Tests.Api;

/// <summary>The official TypeScript SDK, as its users run it: nothing of it is ours but the script that calls it.</summary>
public sealed class SdkTests(ApiServer api) : IClassFixture<ApiServer>
{
    private const string Package = "cloudflare@7.3.0";

    // Kept between runs: it is the same package every time.
    private static readonly string Modules = Path.Combine(Path.GetTempPath(), "emailrouting-sdk-7.3.0");

    [Fact]
    public async Task Every_call_of_the_official_sdk_works()
    {
        Assert.SkipUnless(await RunAsync("node", "--version") is { ExitCode: 0 }, "Node is not installed");
        if (!Directory.Exists(Path.Combine(Modules, "node_modules", "cloudflare")))
        {
            Directory.CreateDirectory(Modules);
            Outcome install = await RunAsync("npm", "install", "--prefix", Modules, "--no-audit", "--no-fund", "--no-package-lock", Package);
            Assert.SkipUnless(install.ExitCode == 0, $"npm could not fetch {Package}");
        }

        Outcome run = await RunAsync("node", Path.Combine(AppContext.BaseDirectory, "Api", "Sdk", "every-call.mjs"), new Uri(api.Server.Web, "/client/v4").ToString(), api.Token, Modules);
        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Contains("\ndone ", run.Output, StringComparison.Ordinal);
    }

    private static async Task<Outcome> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return new Outcome(127, string.Empty);
        }

        using (process)
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> error = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(5));
            return new Outcome(process.ExitCode, await output + await error);
        }
    }

    private sealed record Outcome(int ExitCode, string Output);
}
