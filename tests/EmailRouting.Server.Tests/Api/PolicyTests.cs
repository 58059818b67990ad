using System.Text.Json.Nodes;
using EmailRouting.Server.Tests.Harness;
using Xunit;

namespace EmailRouting.Server.Tests.Api;

/// <summary>The policy of a zone and the lists of senders, as clients set them and as mail meets them.</summary>
public sealed class PolicyTests(ApiServer api) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task A_policy_is_changed_field_by_field()
    {
        (string zone, _) = await api.ZoneAsync();
        JsonNode before = await PolicyAsync(zone);
        Assert.Equal(("off", "off", false), (Text(before["spf"]), Text(before["dmarc"]), before["greylisting"]!.GetValue<bool>()));

        await PatchAsync(zone, """{"policy":{"spf":"reject","block_list_zones":["ZEN.example.org."],"address_rate":100}}""");
        JsonNode after = await PatchAsync(zone, """{"policy":{"dmarc":"quarantine"}}""");

        Assert.Equal(("reject", "quarantine", "zen.example.org", 100), (Text(after["spf"]), Text(after["dmarc"]), Text(after["block_list_zones"]![0]), after["address_rate"]!.GetValue<int>()));
        Assert.Null((await PatchAsync(zone, """{"policy":{"address_rate":null}}"""))["address_rate"]);
        JsonNode preset = await PatchAsync(zone, """{"policy":{"preset":"tag","spf":"off"}}""");
        Assert.Equal(("off", "tag", "zen.example.org"), (Text(preset["spf"]), Text(preset["dmarc"]), Text(preset["block_list_zones"]![0])));
        Assert.Equal("off", Text((await PatchAsync(zone, """{"policy":{"preset":"off"}}"""))["dmarc"]));
    }

    [Theory]
    [InlineData("""{"policy":{"spf":"maybe"}}""", "/policy/spf")]
    [InlineData("""{"policy":{"spf":"2"}}""", "/policy/spf")]
    [InlineData("""{"policy":{"spf":true}}""", "/policy/spf")]
    [InlineData("""{"policy":"strict"}""", "/policy")]
    [InlineData("""{"policy":{"block_list_zones":["no name"]}}""", "/policy/block_list_zones")]
    [InlineData("""{"policy":{"trusted_sealers":[""]}}""", "/policy/trusted_sealers")]
    [InlineData("""{"policy":{"network_rate":-1}}""", "/policy/network_rate")]
    public async Task What_cannot_be_is_refused_with_its_place(string body, string place)
    {
        (string zone, _) = await api.ZoneAsync();

        ApiReply reply = await api.PatchAsync($"zones/{zone}/email/routing", body);

        Assert.Equal("422 2007", reply.Failure);
        Assert.Equal(place, reply.Body["errors"]![0]!["source"]!["pointer"]!.GetValue<string>());
        Assert.Equal("off", Text((await PolicyAsync(zone))["spf"]));
    }

    [Fact]
    public async Task A_field_that_is_not_known_is_remarked_on()
    {
        (string zone, _) = await api.ZoneAsync();

        ApiReply reply = await api.PatchAsync($"zones/{zone}/email/routing", """{"policy":{"spff":"reject"}}""");

        Assert.Contains("spff", reply.Body["messages"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_blocked_sender_is_refused_from_then_on_and_taken_again_afterwards()
    {
        (string zone, string domain) = await api.ZoneAsync();
        await api.PostAsync($"zones/{zone}/email/routing/rules", $$"""{"matchers":[{"type":"literal","field":"to","value":"a@{{domain}}"}],"actions":[{"type":"drop"}]}""");
        Assert.StartsWith("250", await SendAsync(domain), StringComparison.Ordinal);

        JsonNode blocked = (await api.PostAsync($"zones/{zone}/email/routing/senders", """{"entry":"Blocked@There.example","action":"block","note":"why"}""")).Result;
        Assert.Equal(("blocked@there.example", "address", "block", "why"), (Text(blocked["entry"]), Text(blocked["kind"]), Text(blocked["action"]), Text(blocked["note"])));
        Assert.StartsWith("550 5.7.1", await SendAsync(domain), StringComparison.Ordinal);

        JsonNode allowed = (await api.PostAsync($"zones/{zone}/email/routing/senders", """{"entry":"blocked@there.example","action":"allow"}""")).Result;
        Assert.Equal(Text(blocked["id"]), Text(allowed["id"]));
        Assert.StartsWith("250", await SendAsync(domain), StringComparison.Ordinal);
        Assert.Equal("200 success", (await api.DeleteAsync($"zones/{zone}/email/routing/senders/{Text(allowed["id"])}")).Failure);
        Assert.Empty((await api.GetAsync($"zones/{zone}/email/routing/senders")).Result.AsArray());
    }

    [Fact]
    public async Task The_list_for_all_zones_is_in_force_everywhere_and_not_for_limited_keys()
    {
        (string zone, string domain) = await api.ZoneAsync();
        await api.PostAsync($"zones/{zone}/email/routing/rules", $$"""{"matchers":[{"type":"literal","field":"to","value":"a@{{domain}}"}],"actions":[{"type":"drop"}]}""");

        JsonNode listed = (await api.PostAsync($"accounts/{api.Account}/email/routing/senders", """{"entry":"everywhere.example","action":"block"}""")).Result;

        Assert.StartsWith("550 5.7.1", await SendAsync(domain, "a@sub.everywhere.example"), StringComparison.Ordinal);
        Assert.Equal("404 10404", (await api.DeleteAsync($"zones/{zone}/email/routing/senders/{Text(listed["id"])}")).Failure);
        Assert.Equal("200 success", (await api.DeleteAsync($"accounts/{api.Account}/email/routing/senders/{Text(listed["id"])}")).Failure);
        Assert.StartsWith("250", await SendAsync(domain, "a@sub.everywhere.example"), StringComparison.Ordinal);
    }

    private static string Text(JsonNode? node) => node!.GetValue<string>();

    private async Task<JsonNode> PolicyAsync(string zone) => (await api.GetAsync($"zones/{zone}/email/routing")).Result["policy"]!;

    private async Task<JsonNode> PatchAsync(string zone, string body) => (await api.PatchAsync($"zones/{zone}/email/routing", body)).Result["policy"]!;

    private async Task<string> SendAsync(string domain, string sender = "blocked@there.example")
    {
        await using RawSmtpClient client = await RawSmtpClient.GreetAsync(api.Server.Smtp);
        return await client.MailAsync("Subject: x\r\n\r\nx\r\n"u8.ToArray(), $"MAIL FROM:<{sender}>", $"RCPT TO:<a@{domain}>");
    }
}
