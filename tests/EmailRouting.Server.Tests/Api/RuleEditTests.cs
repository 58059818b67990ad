using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using EmailRouting.Server.Tests.Harness;
using Xunit;

namespace EmailRouting.Server.Tests.Api;

/// <summary>Edits of rules beyond one call: two writers, many rules, what was, what would be.</summary>
public sealed class RuleEditTests(ApiServer api, ITestOutputHelper output) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task Of_two_writers_one_is_told_that_the_rule_has_changed()
    {
        (string path, JsonNode rule) = await RuleAsync();
        ApiReply read = await api.GetAsync($"{path}/{rule["id"]}");
        string tag = read.Headers["ETag"];
        Assert.Equal("200 success", (await api.SendAsync("PATCH", $"{path}/{rule["id"]}", """{"name":"first"}""", headers: ("If-Match", tag))).Failure);
        Assert.Equal("412 10412", (await api.SendAsync("PATCH", $"{path}/{rule["id"]}", """{"name":"second"}""", headers: ("If-Match", tag))).Failure);
        Assert.Equal("412 10412", (await api.SendAsync("PUT", $"{path}/{rule["id"]}", """{"matchers":[],"actions":[]}""", headers: ("If-Match", "garbage"))).Failure);
        Assert.Equal("412 10412", (await api.SendAsync("DELETE", $"{path}/{rule["id"]}", headers: ("If-Match", tag))).Failure);
        Assert.Equal("first", (await api.GetAsync($"{path}/{rule["id"]}")).Result["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task Writers_at_the_same_moment_lose_nothing_of_each_other()
    {
        (string path, JsonNode rule) = await RuleAsync();
        string[] edits = ["""{"name":"n"}""", """{"notes":"m"}""", """{"labels":["l"]}""", """{"priority":7}""", """{"enabled":false}"""];
        ApiReply[] replies = await Task.WhenAll(edits.Select(edit => api.PatchAsync($"{path}/{rule["id"]}", edit)));
        Assert.All(replies, reply => Assert.Equal("200 success", reply.Failure));
        JsonNode after = (await api.GetAsync($"{path}/{rule["id"]}")).Result;
        Assert.Equal("n m [\"l\"] 7 false", $"{after["name"]} {after["notes"]} {after["labels"]!.ToJsonString()} {after["priority"]} {after["enabled"]!.ToJsonString()}");
    }

    [Fact]
    public async Task A_change_is_in_the_history_and_can_be_undone()
    {
        (string path, JsonNode rule) = await RuleAsync();
        await api.PatchAsync($"{path}/{rule["id"]}", """{"name":"changed","priority":3}""");
        await api.DeleteAsync($"{path}/{rule["id"]}");

        JsonNode history = (await api.GetAsync($"{path}/{rule["id"]}/history")).Result;
        Assert.Equal(["removed", "updated", "created"], history.AsArray().Select(change => change!["change"]!.GetValue<string>()));
        Assert.StartsWith("token ", history[0]!["actor"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains(history[1]!["fields"]!.AsArray(), field => field!["field"]!.ToString() == "name" && field["after"]!.ToString() == "changed" && field["before"] is null);

        // Back from the dead under its own id, then back to its first name.
        JsonNode back = (await api.PostAsync($"{path}/history/{history[0]!["sequence"]}/undo")).Result;
        Assert.Equal(rule["id"]!.GetValue<string>(), back["id"]!.GetValue<string>());
        Assert.Equal("changed", back["name"]!.GetValue<string>());
        JsonNode first = (await api.PostAsync($"{path}/history/{history[1]!["sequence"]}/undo")).Result;
        Assert.False(first.AsObject().ContainsKey("name"));
        Assert.Equal("404 10404", (await api.PostAsync($"{path}/history/999999999/undo")).Failure);

        ApiReply page = await api.GetAsync($"{path}/history?per_page=2");
        string cursor = page.Body["result_info"]!["next_cursor"]!.GetValue<string>();
        Assert.Equal(2, page.Result.AsArray().Count);
        Assert.NotEmpty((await api.GetAsync($"{path}/history?per_page=2&cursor={cursor}")).Result.AsArray());
        Assert.Equal("400 2007", (await api.GetAsync($"{path}/history?cursor=x")).Failure);
    }

    [Fact]
    public async Task Ten_thousand_rules_are_created_at_once_and_listed_page_by_page()
    {
        (string zone, string domain) = await api.ZoneAsync();
        await api.VerifiedAsync("bulk@many.test");
        string path = $"zones/{zone}/email/routing/rules";
        var body = new StringBuilder("""{"create":[""");
        for (int i = 0; i < 10_000; i++)
        {
            body.Append(i == 0 ? "" : ",").Append(RuleWireTests.Rule($"user{i}@{domain}", "bulk@many.test"));
        }

        var clock = Stopwatch.StartNew();
        JsonNode made = (await api.PostAsync($"{path}/bulk", body.Append("]}").ToString())).Result;
        output.WriteLine($"10,000 rules in {clock.Elapsed.TotalSeconds:F1} s");
        Assert.Equal(10_000, made["created"]!.AsArray().Count);

        var seen = new HashSet<string>();
        TimeSpan slowest = TimeSpan.Zero;
        for (int page = 1; ; page++)
        {
            clock.Restart();
            JsonArray rules = (await api.GetAsync($"{path}?page={page}&per_page=50")).Result.AsArray();
            slowest = clock.Elapsed > slowest ? clock.Elapsed : slowest;
            if (rules.Count == 0)
            {
                break;
            }

            seen.UnionWith(rules.Select(rule => rule!["id"]!.GetValue<string>()));
        }

        output.WriteLine($"the slowest page took {slowest.TotalMilliseconds:F0} ms");
        Assert.Equal(10_000, seen.Count);

        // All or nothing: the last one is there already.
        ApiReply refused = await api.PostAsync($"{path}/bulk", $"{{\"create\":[{RuleWireTests.Rule($"new@{domain}", "bulk@many.test")},{RuleWireTests.Rule($"user1@{domain}", "bulk@many.test")}]}}");
        Assert.Equal("409 2014", refused.Failure);
        Assert.StartsWith("/create/1", refused.Body["errors"]![0]!["source"]!["pointer"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Empty((await api.GetAsync($"{path}?search=new@{domain}")).Result.AsArray());

        string id = seen.First();
        string edits = $$"""{"dry_run":true,"update":[{"id":"{{id}}","enabled":false}],"delete":[{"id":"{{seen.Last()}}"}]}""";
        Assert.Equal("200 success", (await api.PostAsync($"{path}/bulk", edits)).Failure);
        Assert.True((await api.GetAsync($"{path}/{id}")).Result["enabled"]!.GetValue<bool>());
        await api.PostAsync($"{path}/bulk", edits.Replace("true", "false", StringComparison.Ordinal));
        Assert.False((await api.GetAsync($"{path}/{id}")).Result["enabled"]!.GetValue<bool>());
        Assert.Equal("404 10404", (await api.GetAsync($"{path}/{seen.Last()}")).Failure);
    }

    [Fact]
    public async Task Explain_tells_what_the_server_then_does()
    {
        (string zone, string domain) = await api.ZoneAsync();
        await api.VerifiedAsync("boss@many.test");
        string path = $"zones/{zone}/email/routing/rules";
        await api.PostAsync(path, $$"""{"matchers":[{"type":"literal","field":"to","value":"a@{{domain}}"},{"type":"domain","field":"from","value":"friends.test"}],"actions":[{"type":"forward","value":["boss@many.test"]}]}""");
        await api.PostAsync(path, """{"matchers":[{"type":"glob","field":"to","value":"a*"}],"actions":[{"type":"reject","code":553,"text":"Not for you"}]}""");

        JsonNode friend = (await api.PostAsync($"zones/{zone}/email/routing/explain", $$"""{"from":"x@mail.friends.test","to":"a@{{domain}}","ip":"192.0.2.1"}""")).Result;
        Assert.Equal("forward", friend["decision"]!.GetValue<string>());
        Assert.Equal("boss@many.test", friend["destinations"]![0]!["address"]!.GetValue<string>());

        JsonNode stranger = (await api.PostAsync($"zones/{zone}/email/routing/explain", $$"""{"from":"x@strangers.test","to":"a@{{domain}}"}""")).Result;
        Assert.Equal("refuse", stranger["decision"]!.GetValue<string>());
        JsonNode reply = stranger["replies"]!.AsArray()[^1]!;
        Assert.Contains(stranger["candidates"]!.AsArray(), candidate => candidate!["wins"]!.GetValue<bool>());

        await using RawSmtpClient client = await RawSmtpClient.GreetAsync(api.Server.Smtp);
        await client.CommandAsync("MAIL FROM:<x@strangers.test>");
        Assert.Equal($"{reply["code"]} {reply["status"]} {reply["text"]}", await client.CommandAsync($"RCPT TO:<a@{domain}>"));

        JsonNode large = (await api.PostAsync($"zones/{zone}/email/routing/explain", $$"""{"from":"x@strangers.test","to":"a@{{domain}}","size":2000000000}""")).Result;
        Assert.Equal(552, large["replies"]![0]!["code"]!.GetValue<int>());
        Assert.Equal("422 2007", (await api.PostAsync($"zones/{zone}/email/routing/explain", """{"to":"a@elsewhere.test","ip":"x","size":-1}""")).Failure);
    }

    [Fact]
    public async Task A_tool_that_owns_rules_learns_what_it_would_change()
    {
        (string zone, string domain) = await api.ZoneAsync();
        string path = $"zones/{zone}/email/routing/rules";
        await api.PostAsync(path, $$"""{"matchers":[{"type":"literal","field":"to","value":"same@{{domain}}"}],"actions":[{"type":"drop"}],"source":"wrangler","owner_worker_tag":"tool"}""");
        await api.PostAsync(path, $$"""{"matchers":[{"type":"literal","field":"to","value":"gone@{{domain}}"}],"actions":[{"type":"drop"}],"source":"wrangler","owner_worker_tag":"tool"}""");
        await api.PostAsync(path, $$"""{"matchers":[{"type":"literal","field":"to","value":"foreign@{{domain}}"}],"actions":[{"type":"drop"}]}""");
        string wanted = string.Join(',', ((string[])["same", "foreign", "new"]).Select(user => $$"""{"matchers":[{"type":"literal","field":"to","value":"{{user}}@{{domain}}"}],"actions":[{"type":"drop"}]}"""));
        JsonNode plan = (await api.PostAsync($"accounts/{api.Account}/email/routing/rules/plan", $$$"""{"owner_worker_tag":"tool","rules":[{{{wanted}}}],"catch_all_rules":[{"target":"*@{{{domain}}}","rule":{"actions":[{"type":"drop"}]}}]}""")).Result;
        JsonNode here = plan["zones"]!.AsArray().Single(z => z!["zone_id"]!.GetValue<string>() == zone)!;
        Assert.Equal(
            [$"added *@{domain}", $"added new@{domain}", $"conflict foreign@{domain}", $"deleted gone@{domain}"],
            here["changes"]!.AsArray().Select(change => $"{change!["type"]} {change["target"]}").Order());
        Assert.Equal("400 2062", (await api.PostAsync($"accounts/{api.Account}/email/routing/rules/plan", """{"owner_worker_tag":"tool","catch_all_rules":[{"target":"*@unknown.test"}]}""")).Failure);
    }

    private async Task<(string Path, JsonNode Rule)> RuleAsync()
    {
        (string zone, string domain) = await api.ZoneAsync();
        string path = $"zones/{zone}/email/routing/rules";
        return (path, (await api.PostAsync(path, $$"""{"matchers":[{"type":"literal","field":"to","value":"a@{{domain}}"}],"actions":[{"type":"drop"}]}""")).Result);
    }
}
