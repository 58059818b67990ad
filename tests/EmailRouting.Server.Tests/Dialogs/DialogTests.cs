using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using EmailRouting.Server.Tests.Harness;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Server.Tests.Dialogs;

/// <summary>
/// Plays the conversations of the <c>.smtp</c> files beside it. <c>C:</c> sends a line, <c>P:</c> keeps one to be sent in a packet with the next <c>C:</c>, <c>S:</c> is
/// how the next reply starts, <c>~</c> what that reply also holds; <c>FIN</c> closes our side, <c>END</c> expects theirs closed, <c>ARRIVED</c> counts mail at the
/// destination. <c>9*</c> in front plays a line nine times; <c>{x*3000}</c> is 3,000 times x.
/// </summary>
public sealed partial class DialogTests : IAsyncLifetime
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Dialogs");
    private readonly ScriptedSmtpServer _sink = new("PIPELINING", "8BITMIME", "SMTPUTF8");
    private RunningServer? _server;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync(_sink.EndPoint);

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        await _sink.DisposeAsync();
    }

    [Fact]
    public async Task Every_dialog_goes_as_written()
    {
        string[] files = Directory.GetFiles(Folder, "*.smtp");
        Assert.NotEmpty(files);
        List<string> failures = [];
        foreach (string file in files.Order(StringComparer.Ordinal))
        {
            if (await PlayAsync(await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken)) is { } failure)
            {
                failures.Add($"{Path.GetFileName(file)}{failure}");
            }
        }

        Assert.Empty(failures);
    }

    [GeneratedRegex(@"^(?:(\d+)\*)?(C|P|S|~|FIN|END|ARRIVED|#)(?::? (.*)|:?)$")]
    private static partial Regex Line { get; }

    [GeneratedRegex(@"\{(.)\*(\d+)\}")]
    private static partial Regex Repeated { get; }

    /// <returns>Null, or where it went otherwise.</returns>
    private async Task<string?> PlayAsync(string[] script)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(_server!.Smtp);
        await using RawSmtpClient client = RawSmtpClient.On(socket);
        int before = _sink.Messages.Count;
        string? pending = null;
        string? reply = null;
        for (int i = 0; i < script.Length; i++)
        {
            Match line = Line.Match(script[i]);
            if (!line.Success)
            {
                return $":{i + 1}: unreadable";
            }

            string text = Repeated.Replace(line.Groups[3].Value, run => new StringBuilder().Insert(0, run.Groups[1].Value, Number(run.Groups[2])).ToString());
            for (int times = line.Groups[1].Success ? Number(line.Groups[1]) : 1; times > 0; times--)
            {
                bool isRight = true;
                switch (line.Groups[2].Value)
                {
                    case "P":
                        pending += text + "\r\n";
                        break;
                    case "C":
                        await client.SendAsync($"{pending}{text}\r\n");
                        pending = null;
                        break;
                    case "S":
                        reply = await client.ReadReplyAsync();
                        isRight = reply?.StartsWith(text, StringComparison.Ordinal) == true;
                        break;
                    case "~":
                        isRight = reply!.Contains(text, StringComparison.Ordinal);
                        break;
                    case "FIN":
                        client.CloseSendingSide();
                        break;
                    case "END":
                        reply = await client.ReadReplyAsync();
                        isRight = reply is null;
                        break;
                    case "ARRIVED":
                        isRight = _sink.Messages.Count - before == Number(line.Groups[3]);
                        break;
                }

                if (!isRight)
                {
                    return $":{i + 1}: expected '{script[i]}', heard '{reply}', {_sink.Messages.Count - before} arrived";
                }
            }
        }

        return null;
    }

    private static int Number(Group digits) => int.Parse(digits.ValueSpan, CultureInfo.InvariantCulture);
}
