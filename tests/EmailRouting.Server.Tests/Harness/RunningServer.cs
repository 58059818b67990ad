using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using EmailRouting.Rules;
using EmailRouting.Server.Cli;
using EmailRouting.Storage;
using EmailRouting.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EmailRouting.Server.Tests.Harness;

/// <summary>The built program as a process of its own, on loopback ports and a data directory of its own.</summary>
/// <remarks>It knows the domain <c>router.test</c> and one rule: <c>hello@router.test</c> goes to <c>you@inbox.test</c>, by way of the smarthost.</remarks>
internal sealed class RunningServer : IAsyncDisposable
{
    public const string Alias = "hello@router.test";
    public const string Inbox = "you@inbox.test";

    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(20);
    private static readonly HttpClient Http = new();

    private readonly Dictionary<string, string> _settings;
    private readonly string _folder;
    private readonly ConcurrentQueue<string> _log = [];
    private Process? _process;

    private RunningServer(IPEndPoint smarthost, (string Key, string Value)[] settings)
    {
        _folder = Directory.CreateTempSubdirectory("server-").FullName;
        Data = new DataDirectory(Path.Combine(_folder, "data"));
        int[] ports = LoopbackPort.Free(2);
        Smtp = new IPEndPoint(IPAddress.Loopback, ports[0]);
        Web = new Uri($"http://127.0.0.1:{ports[1]}");
        _settings = new Dictionary<string, string>
        {
            ["DOTNET_ENVIRONMENT"] = "Production",
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["ASPNETCORE_URLS"] = Web.ToString(),
            ["Data__Directory"] = Data.Path,
            ["Smtp__Listen"] = Smtp.ToString(),
            ["Smtp__HostName"] = "mx.router.test",
            ["Delivery__Smarthost"] = $"smtp://{smarthost}",
        };
        foreach ((string key, string value) in settings)
        {
            _settings[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }
    }

    public DataDirectory Data { get; }

    public IPEndPoint Smtp { get; }

    public Uri Web { get; }

    public int ProcessId => _process!.Id;

    /// <summary>What it has written to standard output and standard error so far, over all its lives.</summary>
    public string Log => string.Join('\n', _log);

    /// <summary>Started, and ready to take mail.</summary>
    /// <param name="smarthost">Where all mail goes.</param>
    /// <param name="settings">As in <c>("Delivery:Mode", "Queue")</c>.</param>
    public static async Task<RunningServer> StartAsync(IPEndPoint smarthost, params (string Key, string Value)[] settings)
    {
        RunningServer server = await CreateAsync(smarthost, settings);
        await server.StartAsync();
        return server;
    }

    /// <summary>On an empty data directory, not started.</summary>
    public static RunningServer CreateEmpty(IPEndPoint smarthost, params (string Key, string Value)[] settings) => new(smarthost, settings);

    /// <summary>With its rules, not started.</summary>
    public static async Task<RunningServer> CreateAsync(IPEndPoint smarthost, params (string Key, string Value)[] settings)
    {
        var server = new RunningServer(smarthost, settings);
        await server.EditRulesAsync(async book =>
        {
            Done(await book.AddDomainAsync("router.test", DomainState.Live, subAddressing: false, CancellationToken.None));
            Done(await book.AddDestinationAsync(Inbox, verified: true, CancellationToken.None));
        });
        await server.AddRuleAsync(Alias, new DraftAction.Forward([Inbox]));
        return server;
    }

    /// <summary>Changes the rules the way the command line does. A running server sees it soon, and one change after the other: who must know that one is in force waits for what a later one shows.</summary>
    public async Task EditRulesAsync(Func<RuleBook, Task> edit)
    {
        OperatorDatabase database = await OperatorDatabase.OpenAsync(Data, create: true, TimeProvider.System, CancellationToken.None);
        var loader = new RuleLoader(database, NullLogger<RuleSet>.Instance);
        await edit(new RuleBook(database, loader, TimeProvider.System, _ => Task.CompletedTask));
    }

    public Task AddRuleAsync(string pattern, DraftAction action) =>
        EditRulesAsync(async book => Done(await book.AddRuleAsync(new RuleDraft(pattern, action), CancellationToken.None)));

    /// <summary>On the same data and ports as before.</summary>
    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "EmailRouting.Server.dll"));
        foreach ((string key, string value) in _settings)
        {
            start.Environment[key] = value;
        }

        Process process = new() { StartInfo = start };
        process.OutputDataReceived += Note;
        process.ErrorDataReceived += Note;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _process = process;
        await Eventually.TrueAsync(IsReadyAsync, StartWithin, () => $"The server is not ready:\n{Log}", CancellationToken.None);
    }

    /// <summary>SIGKILL: no warning, no chance to write anything.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync()
    {
        using (Process kill = Process.Start("kill", ["-TERM", ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        await _process!.WaitForExitAsync().WaitAsync(StopWithin);
        return _process.ExitCode;
    }

    /// <summary>SIGKILL and a new start.</summary>
    public async Task RestartAsync()
    {
        await KillAsync();
        _process!.Dispose();
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            if (!_process.HasExited)
            {
                await KillAsync();
            }

            _process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static void Done(Edit edit)
    {
        if (edit is not Edit.Done)
        {
            throw new InvalidOperationException(edit.ToString());
        }
    }

    private void Note(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
        {
            _log.Enqueue(line.Data);
        }
    }

    private async Task<bool> IsReadyAsync()
    {
        if (_process!.HasExited)
        {
            throw new InvalidOperationException($"The server exited with {_process.ExitCode}:\n{Log}");
        }

        try
        {
            using HttpResponseMessage response = await Http.GetAsync(new Uri(Web, "readyz"));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
