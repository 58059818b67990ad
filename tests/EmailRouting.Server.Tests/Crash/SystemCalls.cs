using System.Diagnostics;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Server.Tests.Crash;

/// <summary>strace, attached to a running server.</summary>
internal sealed class SystemCalls : IAsyncDisposable
{
    private readonly Process _strace;
    private readonly string _file;

    private SystemCalls(Process strace, string file) => (_strace, _file) = (strace, file);

    /// <summary>Skips the test where there is no strace, or where it may not look.</summary>
    /// <param name="processId">Of the server.</param>
    /// <param name="calls">The names of the calls to note.</param>
    public static async Task<SystemCalls> WatchAsync(int processId, params string[] calls)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/strace"), "strace is not installed (Debian: strace).");
        string file = Path.GetTempFileName();
        Process strace = Process.Start(new ProcessStartInfo(
            "/usr/bin/strace", ["-f", "-y", "-s", "64", "-e", "signal=none", "-e", $"trace={string.Join(',', calls)}", "-o", file, "-p", $"{processId}"])
        {
            RedirectStandardError = true,
        })!;
        var watch = new SystemCalls(strace, file);
        try
        {
            await Eventually.TrueAsync(
                () => Task.FromResult(strace.HasExited || IsTraced(processId)),
                TimeSpan.FromSeconds(20),
                () => "strace does not attach",
                TestContext.Current.CancellationToken);
            Assert.SkipWhen(strace.HasExited, "strace may not trace another process here.");
            return watch;
        }
        catch
        {
            await watch.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the watch.</summary>
    /// <returns>The lines of strace, in order.</returns>
    public async Task<string[]> LinesAsync()
    {
        await StopAsync();
        return await File.ReadAllLinesAsync(_file);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _strace.Dispose();
        File.Delete(_file);
    }

    // Every thread, or the first calls of one would be missed.
    private static bool IsTraced(int processId) =>
        Directory.GetDirectories($"/proc/{processId}/task").All(task =>
        {
            try
            {
                return !File.ReadAllText(Path.Combine(task, "status")).Contains("TracerPid:\t0\n", StringComparison.Ordinal);
            }
            catch (IOException)
            {
                return true;
            }
        });

    private async Task StopAsync()
    {
        if (!_strace.HasExited)
        {
            // SIGINT: it lets go of the server and writes what it has.
            using (Process kill = Process.Start("kill", ["-INT", $"{_strace.Id}"]))
            {
                await kill.WaitForExitAsync();
            }

            await _strace.WaitForExitAsync();
        }
    }
}
