using System.Text.Json;
using Xunit;

namespace EmailRouting.Server.Tests.Cli;

public sealed class PolicyCommandTests : IDisposable
{
    private readonly OperatorProgram _program = new();

    [Fact]
    public async Task A_domain_begins_with_the_policy_that_the_configuration_names()
    {
        Assert.Equal(0, (await _program.RunAsync("domain", "add", "plain.test")).Exit);
        Assert.Equal(0, (await _program.RunAsync("domain", "add", "strict.test", "--Policy:Default", "Reject")).Exit);
        Assert.Equal(0, (await _program.RunAsync("domain", "add", "chosen.test", "--policy", "tag", "--Policy:Default", "Reject")).Exit);

        Assert.Equal(("off", "off"), await ValuesAsync("plain.test", "spf", "dmarc"));
        Assert.Equal(("reject", "reject"), await ValuesAsync("strict.test", "spf", "dmarc"));
        Assert.Equal(("tag", "tag"), await ValuesAsync("chosen.test", "spf", "dmarc"));
    }

    [Fact]
    public async Task A_default_that_there_is_not_is_named_with_what_is_allowed()
    {
        (int exit, _, string error) = await _program.RunAsync("domain", "add", "own.test", "--Policy:Default", "Strict");

        Assert.Equal(1, exit);
        Assert.Contains("Policy:Default", error, StringComparison.Ordinal);
        Assert.Contains("Off, Tag, Reject", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_named_stays_as_it_is()
    {
        await _program.RunAsync("domain", "add", "own.test");
        Assert.Equal(0, (await _program.RunAsync("domain", "policy", "own.test", "--spf", "reject", "--block-list", "zen.example.org", "--block-list", "bl.example.org", "--address-rate", "100")).Exit);
        Assert.Equal(0, (await _program.RunAsync("domain", "policy", "own.test", "--dmarc", "quarantine")).Exit);

        Assert.Equal(("reject", "quarantine"), await ValuesAsync("own.test", "spf", "dmarc"));
        Assert.Equal(("zen.example.org bl.example.org", "100"), await ValuesAsync("own.test", "block-list", "address-rate"));

        Assert.Equal(0, (await _program.RunAsync("domain", "policy", "own.test", "--block-list", "none", "--address-rate", "none")).Exit);
        Assert.Equal(("none", "none"), await ValuesAsync("own.test", "block-list", "address-rate"));
    }

    [Theory]
    [InlineData(1, "domain", "policy", "other.test")]
    [InlineData(1, "domain", "policy", "own.test", "--block-list", "no name")]
    [InlineData(1, "domain", "policy", "own.test", "--address-rate", "1000001")]
    [InlineData(2, "domain", "policy", "own.test", "--spf", "maybe")]
    [InlineData(2, "domain", "policy", "own.test", "--address-rate", "-5")]
    [InlineData(1, "sender", "block", "no sender")]
    [InlineData(1, "sender", "remove", "not@listed.test")]
    public async Task What_cannot_be_is_refused_in_one_line(int expected, params string[] words)
    {
        await _program.RunAsync("domain", "add", "own.test");

        (int exit, _, string error) = await _program.RunAsync(words);

        Assert.Equal(expected, exit);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Senders_are_listed_for_one_domain_or_for_all()
    {
        await _program.RunAsync("domain", "add", "own.test");
        Assert.Equal(0, (await _program.RunAsync("sender", "block", "Spam.Example", "--note", "sends spam")).Exit);
        Assert.Equal(0, (await _program.RunAsync("sender", "block", "192.0.2.7/24", "--domain", "own.test")).Exit);
        Assert.Equal(0, (await _program.RunAsync("sender", "allow", "192.0.2.0/24", "--domain", "own.test")).Exit);

        Assert.Equal([("spam.example", "block")], await ListAsync());
        Assert.Equal([("192.0.2.0/24", "allow")], await ListAsync("--domain", "own.test"));
        Assert.Equal(0, (await _program.RunAsync("sender", "remove", "spam.example")).Exit);
        Assert.Empty(await ListAsync());
    }

    public void Dispose() => _program.Dispose();

    private async Task<(string One, string Other)> ValuesAsync(string domain, string one, string other)
    {
        using JsonDocument lines = JsonDocument.Parse((await _program.RunAsync("domain", "policy", domain, "--json")).Output);
        return (Value(one), Value(other));

        string Value(string setting) => lines.RootElement.EnumerateArray().Single(line => line.GetProperty("setting").GetString() == setting).GetProperty("value").GetString()!;
    }

    private async Task<(string Entry, string Action)[]> ListAsync(params string[] words)
    {
        using JsonDocument rows = JsonDocument.Parse((await _program.RunAsync(["sender", "list", "--json", .. words])).Output);
        return [.. rows.RootElement.EnumerateArray().Select(row => (row.GetProperty("entry").GetString()!, row.GetProperty("action").GetString()!))];
    }
}
