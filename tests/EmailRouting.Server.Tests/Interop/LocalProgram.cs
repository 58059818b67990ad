using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Server.Tests.Interop;

/// <summary>Other people's programs: found, run to their end, waited for.</summary>
internal static class LocalProgram
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Skips the test where a program is missing.</summary>
    public static void Require(string program, string package) =>
        Assert.SkipUnless(
            (Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/sbin").Split(':').Any(folder => File.Exists(Path.Combine(folder, program))),
            $"{program} is not installed (Debian: {package}).");

    /// <summary>Skips the test for everybody but root: these servers change their user.</summary>
    public static void RequireRoot(string program) =>
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", $"{program} changes its user, which takes root on Linux.");

    /// <returns>What it wrote, both streams.</returns>
    public static async Task<(int Exit, string Output)> RunAsync(string program, string input, params string[] words)
    {
        var start = new ProcessStartInfo(program, words) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(Patience);
        return (process.ExitCode, await output + await error);
    }

    /// <summary>Waits until something listens.</summary>
    public static Task ListensAsync(IPEndPoint endPoint, Func<string> log) =>
        Eventually.TrueAsync(
            async () =>
            {
                using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    await socket.ConnectAsync(endPoint);
                    return true;
                }
                catch (SocketException)
                {
                    return false;
                }
            },
            Patience,
            () => $"Nothing listens on {endPoint}:\n{log()}",
            TestContext.Current.CancellationToken);
}
