using System.Diagnostics;
using Xunit;

namespace EmailRouting.Tests.MailAuth;

/// <summary>Other people's programs that sign and verify.</summary>
internal static class LocalProgram
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Skips the test where a file of a Debian package is missing.</summary>
    public static void Require(string file, string package) => Assert.SkipUnless(File.Exists(file), $"{file} is not installed (Debian: {package}).");

    /// <returns>What it wrote.</returns>
    public static async Task<byte[]> RunAsync(string program, byte[] input, params string[] words)
    {
        var start = new ProcessStartInfo(program, words) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        using var output = new MemoryStream();
        Task copied = process.StandardOutput.BaseStream.CopyToAsync(output);
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.BaseStream.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(Patience);
        await copied;
        Assert.True(process.ExitCode == 0, await error);
        return output.ToArray();
    }
}
