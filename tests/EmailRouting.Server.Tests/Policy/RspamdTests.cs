using System.Diagnostics;
using System.Net;
using System.Runtime.Versioning;
using System.Text;
using EmailRouting.Policy;
using EmailRouting.Rules;
using EmailRouting.Server.Tests.Harness;
using EmailRouting.Server.Tests.Interop;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Server.Tests.Policy;

/// <summary>Debian's rspamd looks at our mail: its test patterns have it come to every verdict.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class RspamdTests
{
    private const string Gtube = "JS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";

    // Lines leave the server in pieces, a moment after what they tell of.
    private static readonly TimeSpan LogPatience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task What_rspamd_says_is_done_as_far_as_the_policy_goes()
    {
        using Daemon rspamd = await Daemon.StartAsync();
        await using var inbox = new ScriptedSmtpServer();
        await using RunningServer server = await RunningServer.CreateAsync(inbox.EndPoint, ("Policy:Rspamd", $"http://{rspamd.EndPoint}"));
        await SetAsync(server, PolicyAction.Reject);
        await server.StartAsync();

        Assert.StartsWith("550 5.7.1", await SendAsync(server, $"X{Gtube}"), StringComparison.Ordinal);
        Assert.StartsWith("250", await SendAsync(server, "nothing to see"), StringComparison.Ordinal);
        Assert.StartsWith("250", await SendAsync(server, $"Y{Gtube}"), StringComparison.Ordinal);
        Assert.StartsWith("250", await SendAsync(server, $"Z{Gtube}"), StringComparison.Ordinal);

        // Marked mail is held; what came through is as it was sent.
        byte[] only = Assert.Single(inbox.Messages).Content;
        Assert.Equal(Mail("nothing to see"), Encoding.ASCII.GetString(only));
        await Eventually.TrueAsync(
            () => server.Log.Split('\n').Count(line => line.Contains(" in held ", StringComparison.Ordinal)) == 2, LogPatience, () => server.Log, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task An_rspamd_that_is_not_there_is_passed_over_and_counted()
    {
        await using var inbox = new ScriptedSmtpServer();
        await using RunningServer server = await RunningServer.CreateAsync(inbox.EndPoint, ("Policy:Rspamd", $"http://127.0.0.1:{LoopbackPort.Free(1)[0]}"));
        await SetAsync(server, PolicyAction.Reject);
        await server.StartAsync();

        Assert.StartsWith("250", await SendAsync(server, $"X{Gtube}"), StringComparison.Ordinal);

        await Eventually.TrueAsync(
            () => server.Log.Contains("rspamd", StringComparison.Ordinal), LogPatience, () => server.Log, TestContext.Current.CancellationToken);
        using var http = new HttpClient();
        string metrics = await http.GetStringAsync(new Uri(server.Web, "metrics"), TestContext.Current.CancellationToken);
        Assert.Matches("email_policy_silent[^{\\n]*\\{[^}]*check=\"rspamd\"[^}]*\\} 1", metrics);
    }

    private static Task SetAsync(RunningServer server, PolicyAction action) => server.EditRulesAsync(async book =>
        Assert.IsType<Edit.Done>(await book.ChangeDomainAsync("router.test", new DomainChange { Policy = new PolicyChange { Rspamd = action } }, CancellationToken.None)));

    private static string Mail(string text) => $"From: a@sender.example\r\nSubject: x\r\nMessage-ID: <1@sender.example>\r\n\r\n{text}\r\n";

    private static async Task<string> SendAsync(RunningServer server, string text)
    {
        await using RawSmtpClient client = await RawSmtpClient.GreetAsync(server.Smtp);
        string reply = await client.MailAsync(Encoding.ASCII.GetBytes(Mail(text)));
        await client.CommandAsync("QUIT", "221");
        return reply;
    }

    /// <summary>One worker, no modules, no DNS, in a folder of its own.</summary>
    private sealed class Daemon : IDisposable
    {
        private readonly PeerFolder _folder = new();
        private readonly Process _process;
        private readonly StringBuilder _log = new();

        private Daemon()
        {
            EndPoint = new IPEndPoint(IPAddress.Loopback, LoopbackPort.Free(1)[0]);
            File.WriteAllText(_folder["suffixes"], "example\ntest\n");
            File.WriteAllText(
                _folder["rspamd.conf"],
                $$"""
                options {
                  filters = "";
                  enable_test_patterns = true;
                  disable_hyperscan = true;
                  hs_cache_dir = "{{_folder.Root}}";
                  url_tld = "{{_folder["suffixes"]}}";
                  tempdir = "{{_folder.Root}}";
                  dns { nameserver = "127.0.0.1:1"; timeout = 1s; retransmits = 1; }
                }
                logging { type = "console"; level = "warning"; }
                actions { reject = 15; add_header = 6; greylist = 4; }
                worker "normal" { bind_socket = "{{EndPoint}}"; count = 1; }
                """);
            _process = Process.Start(new ProcessStartInfo("rspamd", ["-f", "-i", "-c", _folder["rspamd.conf"]]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            _process.OutputDataReceived += Note;
            _process.ErrorDataReceived += Note;
            _process.BeginOutputReadLine();
            _process.BeginErrorReadLine();
        }

        public IPEndPoint EndPoint { get; }

        public static async Task<Daemon> StartAsync()
        {
            LocalProgram.Require("rspamd", "rspamd");
            var daemon = new Daemon();
            await LocalProgram.ListensAsync(daemon.EndPoint, () => daemon._log.ToString());
            return daemon;
        }

        public void Dispose()
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
            _process.Dispose();
            _folder.Dispose();
        }

        private void Note(object sender, DataReceivedEventArgs line)
        {
            lock (_log)
            {
                _log.AppendLine(line.Data);
            }
        }
    }
}
