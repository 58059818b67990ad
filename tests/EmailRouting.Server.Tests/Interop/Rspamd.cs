using System.Diagnostics;
using System.Net;
using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using EmailRouting.Testing;

namespace EmailRouting.Server.Tests.Interop;

/// <summary>Debian's rspamd with nothing but its judgement of ARC, asking the name server of the test.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class Rspamd : IAsyncDisposable
{
    private static readonly HttpClient Http = new();

    private readonly PeerFolder _folder = new();
    private readonly IPEndPoint _worker = new(IPAddress.Loopback, LoopbackPort.Free(1)[0]);
    private readonly Process _process;

    private Rspamd(IPEndPoint dns)
    {
        // Instead of all suffixes there are, which it takes a minute to compile.
        File.WriteAllText(_folder["tld"], "test\n");
        File.WriteAllText(_folder["rspamd.conf"], $$"""
            options {
              pidfile = "{{_folder["rspamd.pid"]}}";
              filters = "dkim";
              url_tld = "{{_folder["tld"]}}";
              dns { nameserver = ["{{dns}}"]; timeout = 1s; retransmits = 1; }
            }
            logging { type = "file"; filename = "{{_folder["rspamd.log"]}}"; level = "info"; }
            worker "normal" { bind_socket = "{{_worker}}"; count = 1; }
            modules { path = "/usr/share/rspamd/plugins/arc.lua"; }
            arc { enabled = true; }

            """);
        _process = Process.Start(new ProcessStartInfo("rspamd", ["-f", "--insecure", "-c", _folder["rspamd.conf"]]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
    }

    /// <summary>Skips the test where rspamd is missing.</summary>
    public static async Task<Rspamd> StartAsync(IPEndPoint dns)
    {
        LocalProgram.Require("rspamd", "rspamd");
        LocalProgram.RequireRoot("rspamd");
        var rspamd = new Rspamd(dns);
        try
        {
            await LocalProgram.ListensAsync(rspamd._worker, () => rspamd._folder.Read("rspamd.log"));
            return rspamd;
        }
        catch
        {
            await rspamd.DisposeAsync();
            throw;
        }
    }

    /// <returns>The symbols of its verdict.</returns>
    public async Task<string[]> JudgeAsync(byte[] message)
    {
        // From elsewhere: what comes from this machine it does not look at.
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{_worker}/checkv2") { Content = new ByteArrayContent(message) };
        request.Headers.Add("IP", "192.0.2.7");
        using HttpResponseMessage response = await Http.SendAsync(request);
        JsonNode verdict = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        return [.. verdict["symbols"]!.AsObject().Select(symbol => symbol.Key)];
    }

    public async ValueTask DisposeAsync()
    {
        await LocalProgram.RunAsync("kill", "", "-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }
}
