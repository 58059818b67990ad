using System.Diagnostics;
using System.Text;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Server.Tests.Inbox;

/// <summary>The built program on free ports of 127.0.0.1 and a data directory that starts empty.</summary>
public sealed class DevelopmentServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly string _directory = Directory.CreateTempSubdirectory("inbox-").FullName;
    private readonly string _environment;
    private readonly int _inbox = LoopbackPort.Free(1)[0];
    private readonly StringBuilder _output = new();
    private Process? _process;

    private DevelopmentServer(string environment)
    {
        _environment = environment;
        Http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri($"http://127.0.0.1:{LoopbackPort.Free(1)[0]}") };
    }

    public HttpClient Http { get; }

    public int Smtp { get; } = LoopbackPort.Free(1)[0];

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public static async Task<DevelopmentServer> StartAsync(string environment = "Development")
    {
        var server = new DevelopmentServer(environment);
        await server.StartAgainAsync();
        return server;
    }

    public async Task StartAgainAsync()
    {
        _process = Process.Start(Program())!;
        _process.OutputDataReceived += (_, line) =>
        {
            lock (_output)
            {
                _output.AppendLine(line.Data);
            }
        };
        _process.BeginOutputReadLine();
        await UntilAsync(async () =>
        {
            Assert.False(_process.HasExited, Output);
            try
            {
                return (await Http.GetAsync("/readyz", TestContext.Current.CancellationToken)).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
    }

    public async Task StopAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _process = null;
    }

    public async Task<(int Exit, string Output, string Error)> RunAsync(params string[] words)
    {
        ProcessStartInfo start = Program(words);
        start.RedirectStandardError = true;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }

    public static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, "It did not come to be.");
            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await StopAsync();
        }

        Http.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private ProcessStartInfo Program(params string[] words) =>
        new("dotnet", [Path.Combine(AppContext.BaseDirectory, "EmailRouting.Server.dll"), .. words])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = _directory,
            Environment =
            {
                ["ASPNETCORE_ENVIRONMENT"] = _environment,
                ["ASPNETCORE_URLS"] = Http.BaseAddress!.GetLeftPart(UriPartial.Authority),
                ["Smtp__Listen"] = $"127.0.0.1:{Smtp}",
                ["Smtp__HostName"] = "mx.example.test",
                ["Inbox__Listen"] = $"127.0.0.1:{_inbox}",
                ["Data__Directory"] = Path.Combine(_directory, "data"),
            },
        };
}
