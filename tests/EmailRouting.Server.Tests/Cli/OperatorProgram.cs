using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Xunit;

namespace EmailRouting.Server.Tests.Cli;

/// <summary>The built program as an operator runs it, on a data directory of its own.</summary>
internal sealed class OperatorProgram : IDisposable
{
    private readonly string _parent = Directory.CreateTempSubdirectory("cli-").FullName;

    public string DataPath => Path.Combine(_parent, "data");

    public async Task<(int Exit, string Output, string Error)> RunAsync(params string[] words)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "EmailRouting.Server.dll"));
        foreach (string word in (string[])[.. words, "--Data:Directory", DataPath])
        {
            start.ArgumentList.Add(word);
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_parent, recursive: true);
    }
}
