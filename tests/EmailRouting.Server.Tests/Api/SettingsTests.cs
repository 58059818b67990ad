using System.Text.Json.Nodes;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Server.Tests.Api;

public sealed class SettingsTests(ApiServer api) : IClassFixture<ApiServer>
{
    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    [InlineData("null")]
    public async Task A_switch_needs_no_body(string? body)
    {
        (string zone, _) = await api.ZoneAsync();
        foreach (string word in (string[])["disable", "enable", "unlock"])
        {
            Assert.Equal("200 success", (await api.PostAsync($"zones/{zone}/email/routing/{word}", body)).Failure);
        }

        Assert.Equal("200 success", (await api.PostAsync($"zones/{zone}/email/routing/dns", body)).Failure);
        Assert.Equal("200 success", (await api.SendAsync("DELETE", $"zones/{zone}/email/routing/dns", body)).Failure);
    }

    [Fact]
    public async Task Mail_for_a_zone_that_is_switched_off_is_refused()
    {
        (string zone, string domain) = await api.ZoneAsync();
        await api.PostAsync($"zones/{zone}/email/routing/rules", $$"""{"matchers":[{"type":"literal","field":"to","value":"a@{{domain}}"}],"actions":[{"type":"drop"}]}""");
        string question = $$"""{"from":"x@y.test","to":"a@{{domain}}"}""";
        Assert.Equal("drop", (await api.PostAsync($"zones/{zone}/email/routing/explain", question)).Result["decision"]!.GetValue<string>());
        await api.PostAsync($"zones/{zone}/email/routing/disable");
        Assert.Equal("refuse", (await api.PostAsync($"zones/{zone}/email/routing/explain", question)).Result["decision"]!.GetValue<string>());
    }

    [Fact]
    public async Task Enabled_is_not_changed_by_an_edit()
    {
        (string zone, _) = await api.ZoneAsync();
        JsonNode settings = (await api.PatchAsync($"zones/{zone}/email/routing", """{"enabled":false,"skip_wizard":true,"support_subaddress":true}""")).Result;
        Assert.True(settings["enabled"]!.GetValue<bool>());
        Assert.True(settings["skip_wizard"]!.GetValue<bool>());
        Assert.True(settings["support_subaddress"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Of_two_writers_of_settings_one_is_told()
    {
        (string zone, _) = await api.ZoneAsync();
        string tag = (await api.GetAsync($"zones/{zone}/email/routing")).Headers["ETag"];
        Assert.Equal("200 success", (await api.SendAsync("PATCH", $"zones/{zone}/email/routing", """{"skip_wizard":true}""", headers: ("If-Match", tag))).Failure);
        Assert.Equal("412 10412", (await api.SendAsync("PATCH", $"zones/{zone}/email/routing", """{"support_subaddress":true}""", headers: ("If-Match", tag))).Failure);
    }

    [Fact]
    public async Task A_zone_has_a_contact_who_must_have_agreed()
    {
        (string zone, _) = await api.ZoneAsync();
        Assert.Equal("400 2054", (await api.PatchAsync($"zones/{zone}/email/routing", """{"contact":"nobody@contact.test"}""")).Failure);
        await api.VerifiedAsync("post@contact.test");
        Assert.Equal("post@contact.test", (await api.PatchAsync($"zones/{zone}/email/routing", """{"contact":"post@contact.test"}""")).Result["contact"]!.GetValue<string>());
        Assert.False((await api.PatchAsync($"zones/{zone}/email/routing", """{"contact":null}""")).Result.AsObject().ContainsKey("contact"));
    }

    [Theory]
    [InlineData("authenticated", "authenticated")]
    [InlineData("SRS, trace", "srs,trace")]
    [InlineData("transparent", "transparent")]
    public async Task A_zone_has_a_forwarding_profile(string set, string shown)
    {
        (string zone, _) = await api.ZoneAsync();
        Assert.Equal("transparent", (await api.GetAsync($"zones/{zone}/email/routing")).Result["profile"]!.GetValue<string>());
        Assert.Equal(shown, (await api.PatchAsync($"zones/{zone}/email/routing", $$"""{"profile":"{{set}}"}""")).Result["profile"]!.GetValue<string>());
        Assert.Equal(shown, (await api.PatchAsync($"zones/{zone}/email/routing", """{"skip_wizard":true}""")).Result["profile"]!.GetValue<string>());
        Assert.Equal("422 2007", (await api.PatchAsync($"zones/{zone}/email/routing", """{"profile":"srs,dkim"}""")).Failure);
    }

    [Fact]
    public async Task A_profile_that_signs_has_a_key_to_publish()
    {
        (string zone, string domain) = await api.ZoneAsync();
        await api.PatchAsync($"zones/{zone}/email/routing", """{"profile":"authenticated"}""");
        string[] names = [];
        await Eventually.TrueAsync(
            async () =>
            {
                names = [.. (await api.GetAsync($"zones/{zone}/email/routing/dns")).Result.AsArray().Select(record => record!["name"]!.GetValue<string>())];
                return names.Length == 4;
            },
            TimeSpan.FromSeconds(10),
            () => string.Join(' ', names),
            TestContext.Current.CancellationToken);

        Assert.Equal([domain, domain, $"_dmarc.{domain}"], [.. names.Where(name => !name.Contains("._domainkey.", StringComparison.Ordinal))]);
        Assert.Matches($@"^er\d{{4}}a\._domainkey\.{domain}$", names[2]);
        JsonArray seen = (await api.GetAsync($"zones/{zone}/email/routing/dns/check")).Result["records"]!.AsArray();
        Assert.Equal(4, seen.Count);
        Assert.False(seen[2]!["required"]!.GetValue<bool>());
        Assert.StartsWith("v=DKIM1; k=rsa; p=", seen[2]!["expected"]!["content"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_explanation_says_whether_the_destination_can_authenticate_the_mail()
    {
        (string zone, string domain) = await api.ZoneAsync();
        await api.VerifiedAsync("forecast@inbox.test");
        await api.PostAsync($"zones/{zone}/email/routing/rules", $$"""{"matchers":[{"type":"literal","field":"to","value":"a@{{domain}}"}],"actions":[{"type":"forward","value":["forecast@inbox.test"]}]}""");
        JsonNode forecast = (await api.PostAsync($"zones/{zone}/email/routing/explain", $$"""{"from":"<>","to":"a@{{domain}}"}""")).Result["forecast"]!;

        Assert.Equal("open", forecast["outlook"]!.GetValue<string>());
        Assert.Contains("DKIM", forecast["text"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Null((await api.PostAsync($"zones/{zone}/email/routing/explain", $$"""{"from":"<>","to":"nobody@{{domain}}"}""")).Result["forecast"]);
    }

    [Fact]
    public async Task The_records_to_publish_are_a_bare_list_and_for_a_subdomain_an_object()
    {
        (string zone, string domain) = await api.ZoneAsync();
        JsonArray records = (await api.GetAsync($"zones/{zone}/email/routing/dns")).Result.AsArray();
        Assert.Contains(records, record => record!["type"]!.ToString() == "MX" && record["content"]!.ToString() == "mx.router.test" && record["name"]!.ToString() == domain);
        JsonNode sub = (await api.GetAsync($"zones/{zone}/email/routing/dns?subdomain=sub.{domain}")).Result;
        Assert.Equal($"sub.{domain}", sub["record"]![0]!["name"]!.ToString());
        Assert.Empty(sub["errors"]!.AsArray());
        Assert.Equal($"422 Invalid Input: must be a a subdomains of {domain}", await MessageAsync(zone, domain));
        Assert.Equal($"422 Invalid Input: must be a a subdomains of {domain}", await MessageAsync(zone, "elsewhere.test"));
    }

    [Fact]
    public async Task The_check_of_the_records_says_what_is_wrong_and_what_to_do()
    {
        (string zone, string domain) = await api.ZoneAsync();
        JsonNode check = (await api.GetAsync($"zones/{zone}/email/routing/dns/check")).Result;
        Assert.False(check["ready"]!.GetValue<bool>());
        JsonNode mx = check["records"]!.AsArray().Single(record => record!["expected"]!["type"]!.ToString() == "MX")!;
        Assert.Contains(mx["state"]!.ToString(), (string[])["missing", "unknown"]);
        Assert.Contains(domain, mx["remedy"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_zones_are_listed_with_their_settings()
    {
        (string zone, _) = await api.ZoneAsync();
        Assert.Contains((await api.GetAsync($"accounts/{api.Account}/email/routing/zones?per_page=1000")).Result.AsArray(), settings => settings!["id"]!.ToString() == zone);
    }

    private async Task<string> MessageAsync(string zone, string name)
    {
        ApiReply reply = await api.PostAsync($"zones/{zone}/email/routing/dns", $$"""{"name":"{{name}}"}""");
        return $"{(int)reply.Status} {reply.Message}";
    }
}
