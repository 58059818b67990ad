using System.Text;
using EmailRouting.Server.Tests.Harness;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Server.Tests.Interop;

/// <summary>Programs that people send mail with.</summary>
public sealed class SenderTests
{
    private const string Message = "From: from@sender.example\r\nTo: hello@router.test\r\nSubject: from a program\r\nDate: Tue, 24 Nov 2026 01:00:00 +0000\r\n"
        + "Message-ID: <program@sender.example>\r\n\r\n.\r\n..\r\nThe end\r\n";

    [Theory]
    [InlineData("")]
    [InlineData("--tls")]
    public async Task Swaks(string tls)
    {
        LocalProgram.Require("swaks", "swaks");

        // It ends the last line by itself.
        await DeliversAsync(port => LocalProgram.RunAsync(
            "swaks",
            Message.ReplaceLineEndings("\n").TrimEnd(),
            [.. Shared(port), .. tls.Length > 0 ? (string[])[tls] : []]));

        static string[] Shared(int port) =>
            ["--server", "127.0.0.1", "--port", $"{port}", "--from", "from@sender.example", "--to", RunningServer.Alias, "--helo", "sender.example", "--data", "-"];
    }

    [Theory]
    [InlineData("--no-progress-meter")]
    [InlineData("--ssl-reqd")]
    public async Task Curl(string tls)
    {
        LocalProgram.Require("curl", "curl");
        await DeliversAsync(port => LocalProgram.RunAsync(
            "curl",
            Message,
            "--silent", "--show-error", "--insecure", tls, "--mail-from", "from@sender.example", "--mail-rcpt", RunningServer.Alias, "--upload-file", "-",
            $"smtp://127.0.0.1:{port}/sender.example"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("c.starttls(context=ssl._create_unverified_context())")]
    public async Task Python(string tls)
    {
        LocalProgram.Require("python3", "python3");
        string script = $"""
            import smtplib, ssl, sys
            c = smtplib.SMTP('127.0.0.1', int(sys.argv[1]))
            {tls}
            c.sendmail('from@sender.example', ['{RunningServer.Alias}'], sys.stdin.buffer.read())
            c.quit()
            """;
        await DeliversAsync(port => LocalProgram.RunAsync("python3", Message, "-c", script, $"{port}"));
    }

    [Fact]
    public async Task Smtp_source()
    {
        LocalProgram.Require("smtp-source", "postfix");
        await using var sink = new ScriptedSmtpServer();
        await using RunningServer server = await RunningServer.StartAsync(sink.EndPoint);

        (int exit, string output) = await LocalProgram.RunAsync(
            "smtp-source", "", "-d", "-s", "10", "-m", "200", "-l", "3000", "-f", "from@sender.example", "-t", RunningServer.Alias, $"127.0.0.1:{server.Smtp.Port}");

        Assert.True(exit == 0, output);
        await Eventually.TrueAsync(
            () => sink.Messages.Count == 200,
            TimeSpan.FromSeconds(30),
            () => $"{sink.Messages.Count} of 200 arrived",
            TestContext.Current.CancellationToken);
    }

    private static async Task DeliversAsync(Func<int, Task<(int Exit, string Output)>> send)
    {
        await using var sink = new ScriptedSmtpServer();
        await using RunningServer server = await RunningServer.StartAsync(sink.EndPoint);

        (int exit, string output) = await send(server.Smtp.Port);

        Assert.True(exit == 0, output);

        // Cut through: the program was told 250 only after the sink had said so.
        ReceivedMail mail = Assert.Single(sink.Messages);
        Assert.Equal(Message, Encoding.ASCII.GetString(mail.Content));
        Assert.StartsWith("MAIL FROM:<from@sender.example>", mail.Mail, StringComparison.Ordinal);
    }
}
