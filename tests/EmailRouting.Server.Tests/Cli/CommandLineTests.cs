using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace EmailRouting.Server.Tests.Cli;

/// <summary>The built program as an operator runs it: a process of its own.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly string _directory = Path.Combine(Directory.CreateTempSubdirectory("cli-").FullName, "data");

    [Fact]
    public async Task A_command_without_a_database_fails_and_names_the_whole_path()
    {
        (int exit, string output, string error) = await RunAsync("rule", "list");

        Assert.Equal(1, exit);
        Assert.Empty(output);
        Assert.Contains(_directory, error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_directory));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("domain")]
    [InlineData("domain", "add")]
    [InlineData("rule", "add", "x@own.test", "explode")]
    public async Task Wrong_usage_exits_with_2_and_one_line(params string[] words)
    {
        (int exit, _, string error) = await RunAsync(words);

        Assert.Equal(2, exit);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Domains_inboxes_rules_and_tokens_are_made_from_nothing()
    {
        Assert.Equal(0, (await RunAsync("domain", "add", "own.test")).Exit);
        Assert.Equal(0, (await RunAsync("address", "add", "in@far.example", "--verified")).Exit);
        Assert.Equal(0, (await RunAsync("rule", "add", "hello@own.test", "forward", "in@far.example")).Exit);
        (int refused, _, string why) = await RunAsync("rule", "add", "hello@own.test", "drop");
        Assert.Equal(1, refused);
        Assert.Single(why.TrimEnd().Split('\n'));

        using (JsonDocument test = JsonDocument.Parse((await RunAsync("rule", "test", "hello@own.test", "--json")).Output))
        {
            Assert.Equal("in@far.example", test.RootElement.GetProperty("destinations")[0].GetString());
            Assert.Equal(250, test.RootElement.GetProperty("reply").GetProperty("code").GetInt32());
        }

        foreach (string list in (string[])["domain", "address", "rule"])
        {
            using JsonDocument rows = JsonDocument.Parse((await RunAsync(list, "list", "--json")).Output);
            Assert.Equal(1, rows.RootElement.GetArrayLength());
        }

        Assert.Matches("^[0-9A-Za-z_-]{40,60}\n$", (await RunAsync("token", "create", "--name", "ci")).Output.ReplaceLineEndings("\n"));
        Assert.Equal(1, (await RunAsync("token", "create", "--name", "ci")).Exit);
        Assert.Equal(0, (await RunAsync("token", "revoke", "ci")).Exit);
        Assert.Equal(0, (await RunAsync("rule", "disable", "hello@own.test")).Exit);
        Assert.Equal(0, (await RunAsync("rule", "remove", "hello@own.test")).Exit);
    }

    [Fact]
    public async Task A_rule_with_everything_is_made_shown_changed_and_put_back()
    {
        Assert.Equal(0, (await RunAsync("domain", "add", "own.test")).Exit);
        Assert.Equal(0, (await RunAsync("address", "own", "far.example")).Exit);
        Assert.Equal(0, (await RunAsync("address", "add", "in@far.example")).Exit);
        Assert.Equal(0, (await RunAsync("address", "add", "other@far.example")).Exit);
        (int added, _, string why) = await RunAsync(
            "rule", "add", "glob:sales-*@own.test", "forward", "in@far.example", "--from", "work.example", "--from", "<>", "--expires", "2999-01-31", "--fallback", "other@far.example",
            "--fallback-after", "30", "--notes", "one\ntwo", "--label", "a", "--label", "b");
        Assert.True(added == 0, why);
        Assert.Equal(2, (await RunAsync("rule", "add", "x@own.test", "drop", "--expires", "soon")).Exit);
        Assert.Equal(1, (await RunAsync("rule", "add", "regex:(@own.test", "drop")).Exit);

        using (JsonDocument rows = JsonDocument.Parse((await RunAsync("rule", "list", "--json")).Output))
        {
            JsonElement rule = Assert.Single(rows.RootElement.EnumerateArray());
            Assert.Equal("glob:sales-*@own.test", rule.GetProperty("address").GetString());
            Assert.Equal(["<>", "work.example"], rule.GetProperty("senders").EnumerateArray().Select(s => s.GetString()));
            Assert.Equal(("other@far.example", 30), (rule.GetProperty("fallback").GetString(), rule.GetProperty("fallbackAfterMinutes").GetInt32()));
            Assert.Equal("2999-01-31T00:00:00+00:00", rule.GetProperty("expiresAt").GetString());
        }

        string list = (await RunAsync("rule", "list")).Output;
        Assert.Contains("until 2999-01-31 00:00", list, StringComparison.Ordinal);
        Assert.Contains("one…", list, StringComparison.Ordinal);
        Assert.Contains("to other@far.example when it fails or is unreachable for 30 minutes", (await RunAsync("rule", "test", "sales-1@own.test", "--from", "a@work.example")).Output, StringComparison.Ordinal);
        Assert.Contains("550 5.1.1", (await RunAsync("rule", "test", "sales-1@own.test", "--from", "a@play.example")).Output, StringComparison.Ordinal);

        Assert.Equal(0, (await RunAsync("rule", "remove", "glob:sales-*@own.test")).Exit);
        using (JsonDocument history = JsonDocument.Parse((await RunAsync("rule", "history", "--domain", "own.test", "--json")).Output))
        {
            Assert.Equal(["removed", "created"], history.RootElement.EnumerateArray().Select(change => change.GetProperty("kind").GetString()));
            Assert.Equal("command line", history.RootElement[0].GetProperty("actor").GetString());
            Assert.Equal(0, (await RunAsync("rule", "undo", history.RootElement[0].GetProperty("sequence").GetInt64().ToString(System.Globalization.CultureInfo.InvariantCulture))).Exit);
        }

        string profile = (await RunAsync("domain", "profile", "own.test", "authenticated")).Output;
        Assert.Matches(@"er\d{4}a\._domainkey\.own\.test\. TXT ""v=DKIM1; k=rsa; p=", profile);
        Assert.Equal(2, (await RunAsync("domain", "profile", "own.test", "srs,dkim")).Exit);
        Assert.Contains("authenticated", (await RunAsync("domain", "list")).Output, StringComparison.Ordinal);
        Assert.Contains("At the destination (open): ", (await RunAsync("rule", "test", "sales-1@own.test", "--from", "a@work.example")).Output, StringComparison.Ordinal);

        Assert.Contains("forward in@far.example", (await RunAsync("rule", "list")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("domain", "disable", "own.test")).Exit);
        Assert.Contains("disabled", (await RunAsync("domain", "list")).Output, StringComparison.Ordinal);
        Assert.Contains("550 5.7.1", (await RunAsync("rule", "test", "sales-1@own.test")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("domain", "enable", "own.test")).Exit);
        Assert.Equal(0, (await RunAsync("address", "own", "far.example", "--remove")).Exit);
        Assert.Equal(1, (await RunAsync("address", "own", "far.example", "--remove")).Exit);
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_directory)!, recursive: true);

    private async Task<(int Exit, string Output, string Error)> RunAsync(params string[] words)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "EmailRouting.Server.dll"));
        foreach (string word in (string[])[.. words, "--Data:Directory", _directory, "--Dns:Servers", "127.0.0.1:1"])
        {
            start.ArgumentList.Add(word);
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
