using System.Text.Json.Nodes;
using Xunit;

namespace EmailRouting.Server.Tests.Api;

public sealed class TransferTests(ApiServer api) : IClassFixture<ApiServer>
{
    private static int _domains;

    private static string NewDomain() => $"import{Interlocked.Increment(ref _domains)}.test";

    private Task<ApiReply> ImportAsync(string file, string query = "verified=true") => api.SendAsync("POST", $"accounts/{api.Account}/email/routing/import?{query}", file);

    private async Task<string[]> RulesAsync(string domain)
    {
        JsonNode zone = (await api.GetAsync($"zones?name={domain}")).Result[0]!;
        return
        [
            .. (await api.GetAsync($"zones/{zone["id"]}/email/routing/rules?per_page=1000")).Result.AsArray()

                // A catch-all is listed by the age of its domain: within a millisecond, anywhere.
                .Select(rule => $"{rule!["matchers"]![0]!["value"] ?? rule["matchers"]![0]!["type"]} {rule["actions"]![0]!["type"]} {string.Join(' ', (rule["actions"]![0]!["value"] as JsonArray ?? []).Select(v => v!.ToString()))}".TrimEnd())
                .Order(StringComparer.Ordinal),
        ];
    }

    [Fact]
    public async Task Policies_and_lists_of_senders_come_in_again()
    {
        (string zone, string domain) = await api.ZoneAsync();
        await api.PatchAsync($"zones/{zone}/email/routing", """{"policy":{"spf":"reject","block_list_zones":["bl.example.org"],"address_rate":7,"greylisting":true}}""");
        await api.PostAsync($"zones/{zone}/email/routing/senders", """{"entry":"192.0.2.0/24","action":"allow","note":"ours"}""");
        string policy = (await api.GetAsync($"zones/{zone}/email/routing")).Result["policy"]!.ToJsonString();
        string document = (await api.GetAsync($"accounts/{api.Account}/email/routing/export")).Result.ToJsonString();
        await api.DeleteAsync($"zones/{zone}");

        Assert.Equal("200 success", (await ImportAsync(document, "")).Failure);

        string again = (await api.GetAsync($"zones?name={domain}")).Result[0]!["id"]!.GetValue<string>();
        Assert.Equal(policy, (await api.GetAsync($"zones/{again}/email/routing")).Result["policy"]!.ToJsonString());
        JsonNode sender = (await api.GetAsync($"zones/{again}/email/routing/senders")).Result.AsArray().Single()!;
        Assert.Equal(("192.0.2.0/24", "allow", "ours"), (sender["entry"]!.ToString(), sender["action"]!.ToString(), sender["note"]!.ToString()));
    }

    [Fact]
    public async Task What_is_exported_comes_in_again_and_changes_nothing()
    {
        (string zone, string domain) = await api.ZoneAsync();
        await api.VerifiedAsync("round@trip.test");
        await api.PostAsync($"zones/{zone}/email/routing/rules", RuleWireTests.Rule($"a@{domain}", "Round@trip.test"));
        await api.PostAsync($"zones/{zone}/email/routing/rules", """{"matchers":[{"type":"regex","field":"to","value":"^x[0-9]+$"}],"actions":[{"type":"reject","code":551,"text":"Gone"}],"notes":"a\nb","labels":["one","two"]}""");
        await api.PutAsync($"zones/{zone}/email/routing/rules/catch_all", """{"matchers":[{"type":"all"}],"actions":[{"type":"drop"}],"enabled":true}""");

        string document = (await api.GetAsync($"accounts/{api.Account}/email/routing/export")).Result.ToJsonString();
        JsonNode same = (await ImportAsync(document, "")).Result;
        Assert.Equal(0, same["rules_changed"]!.GetValue<int>());
        Assert.Empty(same["domains_added"]!.AsArray());
        Assert.InRange(same["rules_unchanged"]!.GetValue<int>(), 3, int.MaxValue);

        // And into an empty place, all of it.
        string[] before = await RulesAsync(domain);
        await api.DeleteAsync($"zones/{zone}");
        JsonNode again = (await ImportAsync(document, "")).Result;
        Assert.Equal([domain], again["domains_added"]!.AsArray().Select(d => d!.ToString()));
        Assert.Equal(before, await RulesAsync(domain));
    }

    [Fact]
    public async Task A_dry_run_says_what_would_change_and_changes_nothing()
    {
        string domain = NewDomain();
        string table = $"{domain} anything\nhello@{domain} you@table.test\n";
        JsonNode report = (await ImportAsync(table, "dry_run=true&verified=true&format=postfix")).Result;
        Assert.False(report["is_stored"]!.GetValue<bool>());
        Assert.Equal($"hello@{domain}", report["changes"]![0]!["pattern"]!.ToString());
        Assert.Empty((await api.GetAsync($"zones?name={domain}")).Result.AsArray());
    }

    [Fact]
    public async Task A_table_of_Postfix_comes_in()
    {
        string domain = NewDomain();
        string table = $"# comment\n{domain}  DOMAIN\n\nsales@{domain}\tone@out.test,\n   two@out.test\n@{domain} rest@out.test\ninfo@{domain} sales@{domain}\n";
        Assert.Equal(3, (await ImportAsync(table)).Result["rules_changed"]!.GetValue<int>());
        Assert.Equal(
            ["all forward rest@out.test", $"info@{domain} forward sales@{domain}", $"sales@{domain} forward_to_all one@out.test two@out.test"],
            await RulesAsync(domain));
    }

    [Theory]
    [InlineData("user dest@out.test", "Line 1")]
    [InlineData("a@b.test\n", "Line 1")]
    [InlineData("# one\na@b.test root\n", "Line 2")]
    [InlineData("@b.test @c.test", "Line 1")]
    [InlineData("a@b.test c@d.test\na@b.test e@f.test", "Line 2")]
    [InlineData("a@@b c@d.test", "Line 1")]
    public async Task A_line_of_Postfix_that_cannot_be_had_is_named_and_nothing_comes_in(string table, string place)
    {
        ApiReply reply = await ImportAsync(table, "format=postfix");
        Assert.Equal("422 2007", reply.Failure);
        Assert.Contains(place, reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rules_of_Cloudflare_come_in()
    {
        string domain = NewDomain();
        string answer = $$$"""
            { "success":true,"errors":[],"messages":[],"result":[
              {"id":"1","tag":"1","name":"Rule created at 2022","matchers":[{"type":"literal","field":"to","value":"me@{{{domain}}}"}],"actions":[{"type":"forward","value":["fwd@out.test"]}],"enabled":true,"priority":5},
              {"id":"2","tag":"2","matchers":[{"type":"literal","field":"to","value":"spam@{{{domain}}}"}],"actions":[{"type":"drop"}],"enabled":false,"priority":0},
              {"id":"3","tag":"3","name":"","matchers":[{"type":"all"}],"actions":[{"type":"forward","value":["rest@out.test"]}],"enabled":true}
            ],"result_info":{"page":1}}
            """;
        Assert.Equal(3, (await ImportAsync(answer)).Result["rules_changed"]!.GetValue<int>());
        Assert.Equal(["all forward rest@out.test", $"me@{domain} forward fwd@out.test", $"spam@{domain} drop"], await RulesAsync(domain));

        string worker = answer.Replace("\"drop\"", "\"worker\"", StringComparison.Ordinal);
        ApiReply reply = await ImportAsync(worker);
        Assert.Equal("422 2007", reply.Failure);
        Assert.Contains("worker", reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_spreadsheet_comes_in()
    {
        string domain = NewDomain();
        string csv = $"Address;Destination;Enabled;Notes\r\na@{domain};\"one@out.test, two@out.test\";yes;\"he said \"\"hi\"\"\"\r\nb;c@out.test;no;\r\n";
        Assert.Equal(2, (await ImportAsync(csv, $"format=csv&verified=true&domain={domain}")).Result["rules_changed"]!.GetValue<int>());
        Assert.Equal([$"a@{domain} forward_to_all one@out.test two@out.test", $"b@{domain} forward c@out.test"], await RulesAsync(domain));
    }

    [Fact]
    public async Task Rules_wait_for_owners_who_have_not_agreed()
    {
        string domain = NewDomain();
        string table = $"a@{domain} waits-{domain}@out.test\n";
        JsonNode report = (await ImportAsync(table, "")).Result;
        Assert.Contains($"waits-{domain}@out.test", report["waiting"]![0]!.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, report["rules_changed"]!.GetValue<int>());
        Assert.True(report["is_stored"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Nothing_comes_in_where_one_rule_cannot()
    {
        string domain = NewDomain();
        ApiReply reply = await ImportAsync($"a@{domain} out@out.test\npostmaster@{domain} b@{domain}\nb@{domain} postmaster@{domain}\n");
        Assert.Equal("422 2007", reply.Failure);
        Assert.Empty((await api.GetAsync($"zones?name={domain}")).Result.AsArray());
    }

    [Theory]
    [InlineData("{", "auto")]
    [InlineData("{}", "auto")]
    [InlineData("[1,2]", "cloudflare")]
    [InlineData("""{"format":"emailrouting","version":99}""", "auto")]
    [InlineData("""{"format":"emailrouting","version":1,"zones":[{"name":"x"}]}""", "auto")]
    [InlineData("""{"format":"emailrouting","version":1,"zones":[{"name":"a.test","rules":[{"pattern":"a@b.test","action":"drop"}]}]}""", "auto")]
    [InlineData("nonsense,more\n1,2\n", "csv")]
    [InlineData("", "csv")]
    public async Task A_file_that_is_none_is_refused_in_words(string file, string format) =>
        Assert.Equal("422 2007", (await ImportAsync(file, $"format={format}")).Failure);
}
