using System.Text.Json.Nodes;
using Xunit;

namespace EmailRouting.Server.Tests.Api;

public sealed class ZoneTests(ApiServer api) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task A_zone_has_all_the_fields_that_clients_require()
    {
        (string id, string name) = await api.ZoneAsync();
        JsonNode zone = (await api.GetAsync($"zones/{id}")).Result;
        Assert.Equal(name, ApiServer.Text(zone["name"]));
        Assert.Equal("active", ApiServer.Text(zone["status"]));
        Assert.Equal(api.Account, ApiServer.Text(zone["account"]!["id"]));
        Assert.Matches("^[0-9a-f]{32}$", ApiServer.Text(zone["id"]));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$", ApiServer.Text(zone["created_on"]));
        foreach (string field in (string[])[
            "activated_on", "modified_on", "development_mode", "meta", "name_servers", "original_dnshost", "original_name_servers", "original_registrar", "owner", "plan", "type", "paused"])
        {
            Assert.True(zone.AsObject().ContainsKey(field), field);
        }
    }

    [Theory]
    [InlineData("name={0}", 1)]
    [InlineData("name=equal:{0}", 1)]
    [InlineData("name=contains:{0}", 1)]
    [InlineData("name=starts_with:{0}", 1)]
    [InlineData("name=ends_with:{0}", 1)]
    [InlineData("name={0}&status=active", 1)]
    [InlineData("name={0}&status=pending", 0)]
    [InlineData("name={0}&status=pending&match=any", 1)]
    [InlineData("name={0}&type=full&type=partial", 1)]
    [InlineData("name={0}&type=partial", 0)]
    [InlineData("name={0}&account.id={1}", 1)]
    [InlineData("name={0}&account.id=00000000000000000000000000000000", 0)]
    [InlineData("name=nobody.test", 0)]
    public async Task Zones_are_found_by_what_clients_ask_for(string query, int count)
    {
        (_, string name) = await api.ZoneAsync();
        ApiReply reply = await api.GetAsync($"zones?{string.Format(null, query, name, api.Account)}");
        Assert.Equal(count, reply.Result.AsArray().Count);
        Assert.Equal(count, reply.Body["result_info"]!["total_count"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_page_past_the_end_is_empty()
    {
        await api.ZoneAsync();
        ApiReply reply = await api.GetAsync("zones?page=1000");
        Assert.Empty(reply.Result.AsArray());
        Assert.Equal(1000, reply.Body["result_info"]!["page"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("""{"name":"no domain"}""", "422 2007")]
    [InlineData("""{"name":5}""", "422 2007")]
    [InlineData("""{}""", "422 2007")]
    [InlineData("""{"name":"a.test","type":"partial"}""", "422 2007")]
    [InlineData("""{"name":"a.test","account":{"id":"x"}}""", "422 2007")]
    [InlineData("""{"name":"router.test"}""", "409 10409")]
    [InlineData("""{"name":"router.test","name":"b.test"}""", "400 6007")]
    [InlineData("""{"name":""", "400 6007")]
    [InlineData("""[]""", "400 6007")]
    public async Task What_is_no_domain_is_refused(string json, string expected) => Assert.Equal(expected, (await api.PostAsync("zones", json)).Failure);

    [Fact]
    public async Task A_removed_zone_is_gone()
    {
        (string id, _) = await api.ZoneAsync();
        Assert.Equal(id, ApiServer.Text((await api.DeleteAsync($"zones/{id}")).Result["id"]));
        Assert.Equal("404 7003", (await api.GetAsync($"zones/{id}")).Failure);
    }
}
