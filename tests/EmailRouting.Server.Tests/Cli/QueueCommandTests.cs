using System.Text;
using System.Text.Json;
using EmailRouting.Mail;
using EmailRouting.Server.Tests.Harness;
using EmailRouting.Sqlite;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace EmailRouting.Server.Tests.Cli;

public sealed class QueueCommandTests : IDisposable
{
    private static readonly DateTimeOffset Later = TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(1);
    private readonly OperatorProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task Where_no_server_has_run_yet_the_queue_is_empty_and_says_so()
    {
        await _program.RunAsync("domain", "add", "own.test");

        (int exit, string output, _) = await _program.RunAsync("queue", "list");

        Assert.Equal(0, exit);
        Assert.Equal("The queue is empty: nothing is owed.", output.Trim());
        using JsonDocument json = JsonDocument.Parse((await _program.RunAsync("queue", "list", "--json")).Output);
        Assert.Equal(0, json.RootElement.GetArrayLength());
    }

    [Theory]
    [InlineData("show")]
    [InlineData("retry")]
    [InlineData("hold")]
    [InlineData("release")]
    [InlineData("drop")]
    [InlineData("raw")]
    public async Task An_id_that_is_not_in_the_queue_fails_with_one_line(string verb)
    {
        await _program.RunAsync("domain", "add", "own.test");

        foreach (string id in (string[])["nonsense", "0123456789abc"])
        {
            (int exit, string output, string error) = await _program.RunAsync("queue", verb, id);
            Assert.Equal(1, exit);
            Assert.Empty(output);
            Assert.Contains(id, Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Retry_wants_an_id_or_all_and_not_both()
    {
        await _program.RunAsync("domain", "add", "own.test");

        Assert.Equal(2, (await _program.RunAsync("queue", "retry")).Exit);
        Assert.Equal(2, (await _program.RunAsync("queue", "retry", "0123456789abc", "--all")).Exit);
    }

    [Fact]
    public async Task A_message_is_listed_shown_held_released_retried_and_dropped()
    {
        await _program.RunAsync("domain", "add", "own.test");
        Assert.Equal(0, (await _program.RunAsync("queue", "list")).Exit);
        string id = await AcceptAsync("inbox@far.example");
        await AcceptAsync("other@far.example");

        Assert.Equal(2, await CountAsync());
        Assert.Equal(1, await CountAsync("--address", "inbox@"));
        string shown = (await _program.RunAsync("queue", "show", id)).Output;
        Assert.Contains("inbox@far.example for hello@own.test", shown, StringComparison.Ordinal);

        Assert.Equal(0, (await _program.RunAsync("queue", "hold", id)).Exit);
        Assert.Equal(1, await CountAsync("--state", "held"));
        (int twice, _, string why) = await _program.RunAsync("queue", "hold", id);
        Assert.Equal(1, twice);
        Assert.Contains("nothing of it is queued", why, StringComparison.Ordinal);

        Assert.Equal(0, (await _program.RunAsync("queue", "release", id)).Exit);
        Assert.Equal(0, await CountAsync("--state", "held"));

        using (JsonDocument all = JsonDocument.Parse((await _program.RunAsync("queue", "retry", "--all", "--json")).Output))
        {
            Assert.Equal(2, all.RootElement.GetProperty("deliveries").GetInt32());
        }

        using (JsonDocument due = JsonDocument.Parse((await _program.RunAsync("queue", "list", "--json")).Output))
        {
            Assert.All(due.RootElement.EnumerateArray(), row => Assert.True(row.GetProperty("dueAt").GetDateTimeOffset() < Later));
        }

        (int exit, _, string complaint) = await _program.RunAsync("queue", "drop", id);
        Assert.Equal((0, ""), (exit, complaint));
        Assert.Equal(1, await CountAsync());
        await using (var activity = new ActivityDb(
            (DbContextOptions<ActivityDb>)new DbContextOptionsBuilder<ActivityDb>().UseRelaxedSqlite(new DataDirectory(_program.DataPath).ActivityDatabase).Options))
        {
            AttemptRow note = await activity.Attempts.AsNoTracking().SingleAsync(TestContext.Current.CancellationToken);
            Assert.Equal((id, "dropped", "inbox@far.example"), (new MailId(note.MessageId).ToString(), note.Result, note.Destination));
        }

        Assert.Equal(1, (await _program.RunAsync("queue", "show", id)).Exit);
    }

    [Fact]
    public async Task A_message_is_read_and_redirected_to_a_verified_inbox_alone()
    {
        await _program.RunAsync("domain", "add", "own.test");
        await _program.RunAsync("address", "add", "new@far.example", "--verified");
        await _program.RunAsync("address", "add", "asked@far.example");
        MailId id = await StoredMail.StoreAsync(
            new DataDirectory(_program.DataPath), Later, StoredMail.To("one@far.example", "hello@own.test"), StoredMail.To("two@far.example", "hello@own.test"));
        string text = id.ToString();

        Assert.Equal(Encoding.ASCII.GetString(StoredMail.Content), (await _program.RunAsync("queue", "raw", text)).Output);
        foreach ((string destination, string why) in ((string, string)[])[("asked@far.example", "has not agreed"), ("who@far.example", "not among"), ("no address", "not an address"), ("x@own.test", "of this installation")])
        {
            (int refused, _, string error) = await _program.RunAsync("queue", "redirect", text, destination);
            Assert.Equal(1, refused);
            Assert.Contains(why, error, StringComparison.Ordinal);
        }

        string delivery;
        using (JsonDocument shown = JsonDocument.Parse((await _program.RunAsync("queue", "show", text, "--json")).Output))
        {
            delivery = shown.RootElement.GetProperty("deliveries").EnumerateArray().Single(row => row.GetProperty("destination").GetString() == "two@far.example").GetProperty("delivery").GetString()!;
        }

        using (JsonDocument changed = JsonDocument.Parse((await _program.RunAsync("queue", "redirect", text, "NEW@far.example", "--delivery", delivery, "--json")).Output))
        {
            Assert.Equal(1, changed.RootElement.GetProperty("deliveries").GetInt32());
            Assert.Equal("new@far.example", changed.RootElement.GetProperty("now")[0].GetProperty("destination").GetString());
        }

        Assert.Equal(1, await CountAsync("--address", "one@"));
        Assert.Equal(1, await CountAsync("--address", "new@"));
        Assert.Equal(2, await CountAsync("--domain", "own.test"));
        Assert.Equal(0, await CountAsync("--domain", "other.test"));
        Assert.Equal(1, (await _program.RunAsync("queue", "redirect", text, "new@far.example", "--delivery", delivery)).Exit);
    }

    private async Task<int> CountAsync(params string[] filter)
    {
        using JsonDocument rows = JsonDocument.Parse((await _program.RunAsync(["queue", "list", "--json", .. filter])).Output);
        return rows.RootElement.GetArrayLength();
    }

    private async Task<string> AcceptAsync(string destination) =>
        (await StoredMail.StoreAsync(new DataDirectory(_program.DataPath), Later, StoredMail.To(destination, "hello@own.test"))).ToString();
}
