using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace EmailRouting.Server.Tests.Api;

/// <summary>What a client writes is what it reads: Terraform compares the two, and plans a change for every difference.</summary>
public sealed class RuleWireTests(ApiServer api) : IClassFixture<ApiServer>
{
    public static TheoryData<string, string> Echoes()
    {
        var combinations = new TheoryData<string, string>();
        foreach (string name in (string[])["", "\"name\":null,", "\"name\":\"\",", "\"name\":\"x\","])
        {
            foreach (string value in (string[])["", ",\"value\":[]", ",\"value\":[\"d\"]"])
            {
                combinations.Add(name, value);
            }
        }

        return combinations;
    }

    [Theory, MemberData(nameof(Echoes))]
    public async Task A_rule_reads_back_as_it_was_written(string name, string value)
    {
        (string zone, string domain) = await api.ZoneAsync();
        string matcher = $$"""{"type":"literal","field":"to","value":"Hello.World@{{domain.ToUpperInvariant()}}"}""";
        string action = $$"""{"type":"drop"{{value}}}""";
        string body = $$"""{ {{name}} "matchers":[{{matcher}}],"actions":[{{action}}] }""";

        JsonNode created = (await api.PostAsync($"zones/{zone}/email/routing/rules", body)).Result;
        JsonNode read = (await api.GetAsync($"zones/{zone}/email/routing/rules/{created["id"]}")).Result;

        Assert.Equal(created.ToJsonString(), read.ToJsonString());
        Assert.Equal($"[{matcher}]", read["matchers"]!.ToJsonString());
        Assert.Equal($"[{action}]", read["actions"]!.ToJsonString());
        JsonNode? written = JsonNode.Parse(body)!["name"];
        Assert.Equal(written is not null, read.AsObject().ContainsKey("name"));
        Assert.Equal(written?.GetValue<string>(), read["name"]?.GetValue<string>());

        // Nothing but what Cloudflare's rules have.
        string[] fields = [.. read.AsObject().Select(field => field.Key).Where(field => field != "name").Order()];
        Assert.Equal(["actions", "enabled", "id", "matchers", "priority", "source", "tag"], fields);
    }

    [Fact]
    public async Task A_forward_reads_back_with_the_spelling_of_the_rule()
    {
        (string zone, string domain) = await api.ZoneAsync();
        await api.VerifiedAsync("someone@Spelling.test");
        JsonNode rule = (await api.PostAsync($"zones/{zone}/email/routing/rules", Rule($"a@{domain}", "SomeOne@spelling.TEST"))).Result;
        Assert.Equal("""[{"type":"forward","value":["SomeOne@spelling.TEST"]}]""", rule["actions"]!.ToJsonString());
    }

    [Fact]
    public async Task Terraform_sees_no_change_after_create_update_and_refresh()
    {
        (string zone, string domain) = await api.ZoneAsync();
        await api.VerifiedAsync("terra@form.test");
        string path = $"zones/{zone}/email/routing/rules";

        // Create sends no nulls; the answer is read for what is computed, a refresh for everything.
        string config = $$"""{"actions":[{"type":"forward","value":["terra@form.test"]}],"enabled":true,"matchers":[{"type":"literal","field":"to","value":"tf@{{domain}}"}],"name":"terraform rule","priority":10,"source":"api"}""";
        JsonNode created = (await api.PostAsync(path, config)).Result;
        await AssertNoPlanAsync(config, $"{path}/{created["id"]}");

        // Update sends everything; what was taken out of the configuration is null.
        string changed = $$"""{"actions":[{"type":"drop","value":[]}],"enabled":false,"matchers":[{"type":"literal","field":"to","value":"tf2@{{domain}}"}],"name":null,"priority":0,"source":"api"}""";
        Assert.Equal(created["id"]!.GetValue<string>(), (await api.PutAsync($"{path}/{created["id"]}", changed)).Result["id"]!.GetValue<string>());
        await AssertNoPlanAsync(changed, $"{path}/{created["id"]}");

        // 404 removes it from the state; anything else would be an error.
        Assert.Equal(HttpStatusCode.OK, (await api.DeleteAsync($"{path}/{created["id"]}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await api.GetAsync($"{path}/{created["id"]}")).Status);
    }

    [Fact]
    public async Task Terraform_sees_no_change_of_a_catch_all()
    {
        (string zone, _) = await api.ZoneAsync();
        string path = $"zones/{zone}/email/routing/rules/catch_all";
        const string Config = """{"actions":[{"type":"drop"}],"enabled":true,"matchers":[{"type":"all"}],"name":"terraform catch all","source":"api"}""";
        await api.PutAsync(path, Config);
        await AssertNoPlanAsync(Config, path);
    }

    [Fact]
    public async Task What_only_we_have_is_kept_by_a_client_that_does_not_know_it()
    {
        (string zone, string domain) = await api.ZoneAsync();
        string path = $"zones/{zone}/email/routing/rules";
        string whole = $$"""{"matchers":[{"type":"literal","field":"to","value":"n@{{domain}}"}],"actions":[{"type":"drop"}],"notes":"two\nlines","labels":["shop"],"expires_at":"2090-01-01T00:00:00Z"}""";
        JsonNode created = (await api.PostAsync(path, whole)).Result;
        string known = $$"""{"matchers":[{"type":"literal","field":"to","value":"n@{{domain}}"}],"actions":[{"type":"drop"}],"enabled":false}""";
        JsonNode after = (await api.PutAsync($"{path}/{created["id"]}", known)).Result;
        Assert.Equal("two\nlines", after["notes"]!.GetValue<string>());
        Assert.Equal("""["shop"]""", after["labels"]!.ToJsonString());
        Assert.Equal("2090-01-01T00:00:00.000Z", after["expires_at"]!.GetValue<string>());

        JsonNode cleared = (await api.PatchAsync($"{path}/{created["id"]}", """{"notes":null,"labels":[],"expires_at":null}""")).Result;
        Assert.False(cleared.AsObject().ContainsKey("notes"));
        Assert.False(cleared.AsObject().ContainsKey("labels"));
        Assert.False(cleared.AsObject().ContainsKey("expires_at"));
    }

    [Theory]
    [InlineData("""[{"type":"prefix","field":"to","value":"sales-"}]""", """[{"type":"reject","code":553,"text":"No sales here"}]""")]
    [InlineData("""[{"type":"suffix","field":"to","value":"-bot"}]""", """[{"type":"drop"}]""")]
    [InlineData("""[{"type":"glob","field":"to","value":"a*b?c"}]""", """[{"type":"drop"}]""")]
    [InlineData("""[{"type":"regex","field":"to","value":"^t[0-9]{2,4}$"}]""", """[{"type":"forward_to_all","value":["one@many.test","two@many.test"]}]""")]
    [InlineData(
        """[{"type":"literal","field":"to","value":"x@ZONE"},{"type":"literal","field":"from","value":"<>"},{"type":"domain","field":"from","value":"b.test"},{"type":"literal","field":"from","value":"boss@a.test"},{"type":"glob","field":"from","value":"n-*@*.test"}]""",
        """[{"type":"drop"}]""")]
    public async Task Our_own_shapes_read_back_too(string matchers, string actions)
    {
        (string zone, string domain) = await api.ZoneAsync();
        await api.VerifiedAsync("one@many.test");
        await api.VerifiedAsync("two@many.test");
        matchers = matchers.Replace("ZONE", domain, StringComparison.Ordinal);
        JsonNode rule = (await api.PostAsync($"zones/{zone}/email/routing/rules", $$"""{"matchers":{{matchers}},"actions":{{actions}}}""")).Result;

        // Conditions on the sender stand in an order of their own: one of them must hold, whichever comes first.
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(matchers), rule["matchers"]), rule["matchers"]!.ToJsonString());
        Assert.Equal(actions, rule["actions"]!.ToJsonString());
    }

    [Fact]
    public async Task A_subdomain_is_managed_from_its_zone()
    {
        (string zone, string domain) = await api.ZoneAsync();
        await api.PostAsync($"zones/{zone}/email/routing/dns", $$"""{"name":"sub.{{domain}}"}""");
        string path = $"zones/{zone}/email/routing/rules";
        JsonNode rule = (await api.PostAsync(path, $$"""{"matchers":[{"type":"literal","field":"to","value":"a@sub.{{domain}}"}],"actions":[{"type":"drop"}]}""")).Result;
        Assert.Single((await api.GetAsync(path)).Result.AsArray());
        Assert.Equal("200 success", (await api.DeleteAsync($"{path}/{rule["id"]}")).Failure);
    }

    internal static string Rule(string address, string destination) =>
        $$"""{"matchers":[{"type":"literal","field":"to","value":"{{address}}"}],"actions":[{"type":"forward","value":["{{destination}}"]}]}""";

    /// <summary>What a plan compares: every attribute of the configuration with what the server says.</summary>
    private async Task AssertNoPlanAsync(string config, string path)
    {
        JsonNode read = (await api.GetAsync(path)).Result;
        foreach ((string attribute, JsonNode? value) in JsonNode.Parse(config)!.AsObject())
        {
            Assert.Equal(value?.ToJsonString(), read[attribute]?.ToJsonString());
        }
    }
}
