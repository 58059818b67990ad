using System.Text.Json.Nodes;
using Xunit;

namespace EmailRouting.Server.Tests.Api;

/// <summary>Every error that clients know, with its status, its code and its words.</summary>
public sealed class ErrorMatrixTests(ApiServer api) : IClassFixture<ApiServer>
{
    private const string To = """{"type":"literal","field":"to","value":"a@ZONE"}""";

    [Theory]
    [InlineData("[" + To + "]", """[{"type":"forward","value":["a@b.test","c@d.test"]}]""", "422 2007", "Invalid Input: forward action must contain exactly one destination")]
    [InlineData("[" + To + "]", """[{"type":"forward"}]""", "422 2007", "Invalid Input: forward action must contain exactly one destination")]
    [InlineData("[" + To + "]", """[{"type":"drop"},{"type":"drop"}]""", "422 2007", "Invalid Input: only one action per rule is allowed")]
    [InlineData("[" + To + "]", """[{"type":"worker"}]""", "422 2007", "Invalid Input: must specify worker id")]
    [InlineData("[" + To + "]", """[{"type":"forward","value":["not@verified.test"]}]""", "400 2054", "Destination address is not verified: ")]
    [InlineData("""[{"type":"all"}]""", """[{"type":"drop"}]""", "409 2020", "Invalid rule operation")]
    [InlineData("""[{"type":"literal","field":"to","value":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@ZONE"}]""", """[{"type":"drop"}]""", "422 2007", "Invalid Input: matchers[0].value ")]
    [InlineData("""[{"type":"literal","field":"to","value":"a@elsewhere.test"}]""", """[{"type":"drop"}]""", "422 2007", "Invalid Input: matchers[0].value 'a@elsewhere.test' must be an address of ")]
    [InlineData("""[{"type":"literal","field":"subject","value":"a@ZONE"}]""", """[{"type":"drop"}]""", "422 2007", "Invalid Input: matchers[0].field 'subject' must be to or from")]
    [InlineData("""[{"type":"literal","field":"to"}]""", """[{"type":"drop"}]""", "422 2007", "Invalid Input: matchers[0].value is missing")]
    [InlineData("""[{"type":"regex","field":"to","value":"(["}]""", """[{"type":"drop"}]""", "422 2007", "Invalid Input: ")]
    [InlineData("[]", """[{"type":"drop"}]""", "422 2007", "Invalid Input: one matcher for the recipient is needed")]
    [InlineData("5", """[{"type":"drop"}]""", "422 2007", "Invalid Input: matchers must be a list, not a number")]
    [InlineData("[" + To + "]", """[]""", "422 2007", "Invalid Input: exactly one action is needed")]
    [InlineData("[" + To + "]", """[{"type":"reject","code":600}]""", "422 2007", "Invalid Input: actions[0].code must be a whole number from 450 to 559, not '600'")]
    [InlineData("[" + To + "]", """[{"type":"reject","text":"a\r\nb"}]""", "422 2007", "Invalid Input: actions[0].text ")]
    public async Task A_rule_that_cannot_be_is_refused_in_known_words(string matchers, string actions, string expected, string message)
    {
        (string zone, string domain) = await api.ZoneAsync();
        string body = $$"""{"matchers":{{matchers}},"actions":{{actions}}}""".Replace("ZONE", domain, StringComparison.Ordinal);
        ApiReply reply = await api.PostAsync($"zones/{zone}/email/routing/rules", body);
        Assert.Equal(expected, reply.Failure);
        Assert.StartsWith(message, reply.Message, StringComparison.Ordinal);
        Assert.Empty((await api.GetAsync($"zones/{zone}/email/routing/rules")).Result.AsArray());
    }

    [Fact]
    public async Task A_second_rule_for_an_address_is_a_conflict_that_is_not_tried_again()
    {
        (string zone, string domain) = await api.ZoneAsync();
        string body = $$"""{"matchers":[{"type":"literal","field":"to","value":"a@{{domain}}"}],"actions":[{"type":"drop"}]}""";
        await api.PostAsync($"zones/{zone}/email/routing/rules", body);
        ApiReply reply = await api.PostAsync($"zones/{zone}/email/routing/rules", body);
        Assert.Equal("409 2014", reply.Failure);
        Assert.Equal("false", reply.Headers["x-should-retry"]);
    }

    [Fact]
    public async Task The_catch_all_is_not_to_be_had_among_the_rules()
    {
        (string zone, _) = await api.ZoneAsync();
        JsonNode catchAll = (await api.GetAsync($"zones/{zone}/email/routing/rules/catch_all")).Result;
        string path = $"zones/{zone}/email/routing/rules/{catchAll["id"]}";
        Assert.Equal("409 2020", (await api.GetAsync(path)).Failure);
        Assert.Equal("409 2020", (await api.PutAsync(path, "{}")).Failure);
        Assert.Equal("409 2020", (await api.DeleteAsync(path)).Failure);
    }

    [Fact]
    public async Task What_is_not_there_is_404()
    {
        (string zone, _) = await api.ZoneAsync();
        string nobody = new('0', 32);
        Assert.Equal("404 10404", (await api.GetAsync($"zones/{zone}/email/routing/rules/{nobody}")).Failure);
        Assert.Equal("404 10404", (await api.GetAsync($"zones/{zone}/email/routing/rules/x")).Failure);
        Assert.Equal("404 10404", (await api.GetAsync($"accounts/{api.Account}/email/routing/addresses/{nobody}")).Failure);
        Assert.Equal("404 7003", (await api.GetAsync($"zones/{nobody}/email/routing")).Failure);
    }

    [Theory]
    [InlineData("name=\"\\u0000\"")]
    [InlineData("notes=\"\\u0007\"")]
    [InlineData("name=\"a\\r\\nb\"")]
    [InlineData("labels=[\"a\\nb\"]")]
    [InlineData("owner_worker_tag=\"\\n\"")]
    [InlineData("name=\"\\ud800\"")]
    [InlineData("priority=1.5")]
    [InlineData("priority=-1")]
    [InlineData("priority=\"1\"")]
    [InlineData("enabled=\"yes\"")]
    [InlineData("expires_at=\"tomorrow\"")]
    [InlineData("expires_at=\"2090-01-01T00:00:00\"")]
    [InlineData("fallback=\"a@b.test\"")]
    [InlineData("fallback={}")]
    [InlineData("source=\"elsewhere\"")]
    [InlineData("source=\"wrangler\"")]
    public async Task A_field_that_is_wrong_is_named_and_nothing_is_stored(string assignment)
    {
        (string zone, string domain) = await api.ZoneAsync();
        string[] parts = assignment.Split('=', 2);
        string body = $$"""{"matchers":[{"type":"literal","field":"to","value":"a@{{domain}}"}],"actions":[{"type":"drop"}],"{{parts[0]}}":{{parts[1]}}}""";
        ApiReply reply = await api.PostAsync($"zones/{zone}/email/routing/rules", body);
        Assert.Equal("422 2007", reply.Failure);
        Assert.Contains(parts[0] == "source" && parts[1] == "\"wrangler\"" ? "owner_worker_tag" : parts[0], reply.Message, StringComparison.Ordinal);
        Assert.Empty((await api.GetAsync($"zones/{zone}/email/routing/rules")).Result.AsArray());
    }

    [Fact]
    public async Task A_name_of_ten_thousand_characters_is_refused_and_not_repeated()
    {
        (string zone, string domain) = await api.ZoneAsync();
        string body = $$"""{"matchers":[{"type":"literal","field":"to","value":"a@{{domain}}"}],"actions":[{"type":"drop"}],"name":"{{new string('n', 10_000)}}"}""";
        ApiReply reply = await api.PostAsync($"zones/{zone}/email/routing/rules", body);
        Assert.Equal("422 2007", reply.Failure);
        Assert.InRange(reply.Message.Length, 10, 300);
    }

    [Fact]
    public async Task Several_mistakes_are_told_at_once()
    {
        (string zone, _) = await api.ZoneAsync();
        ApiReply reply = await api.PostAsync($"zones/{zone}/email/routing/rules", """{"matchers":[{"type":"literal","field":"to","value":5}],"actions":[{"type":"nonsense"}],"priority":-1,"enabled":1}""");
        string[] pointers = [.. reply.Body["errors"]!.AsArray().Select(error => error!["source"]!["pointer"]!.GetValue<string>())];
        Assert.Contains("/matchers/0/value", pointers);
        Assert.Contains("/priority", pointers);
        Assert.Contains("/enabled", pointers);
    }

    [Fact]
    public async Task A_field_that_is_not_known_is_passed_over_and_said_to_be()
    {
        (string zone, string domain) = await api.ZoneAsync();
        string body = $$"""{"matchers":[{"type":"literal","field":"to","value":"a@{{domain}}"}],"actions":[{"type":"drop"}],"expires":"2090-01-01T00:00:00Z"}""";
        ApiReply reply = await api.PostAsync($"zones/{zone}/email/routing/rules", body);
        Assert.True(reply.Success);
        Assert.Contains("expires", reply.Body["messages"]![0]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }
}
