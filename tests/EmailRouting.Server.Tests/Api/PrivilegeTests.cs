using Xunit;

namespace EmailRouting.Server.Tests.Api;

/// <summary>Nobody comes to more by a token than the token is.</summary>
public sealed class PrivilegeTests(ApiServer api) : IClassFixture<ApiServer>
{
    private string Tokens => $"accounts/{api.Account}/tokens";

    private string People => $"accounts/{api.Account}/people";

    [Fact]
    public async Task A_token_makes_one_that_may_do_as_much_as_itself_and_none_that_may_do_more()
    {
        string maker = await api.CreateTokenAsync("tokens:edit", "rules:edit");

        ApiReply lesser = await api.SendAsync("POST", Tokens, $$"""{"name":"{{Guid.NewGuid()}}","scopes":["rules:read"]}""", maker);
        ApiReply other = await api.SendAsync("POST", Tokens, $$"""{"name":"{{Guid.NewGuid()}}","scopes":["queue:raw"]}""", maker);
        ApiReply everything = await api.SendAsync("POST", Tokens, $$"""{"name":"{{Guid.NewGuid()}}"}""", maker);

        Assert.True(lesser.Success, lesser.Body.ToJsonString());
        Assert.Equal("403 10000", other.Failure);
        Assert.Equal("403 10000", everything.Failure);
        Assert.True((await api.SendAsync("GET", "user/tokens/verify", token: ApiServer.Text(lesser.Result["value"]))).Success);
    }

    [Fact]
    public async Task A_token_that_is_revoked_stops_working()
    {
        ApiReply made = await api.PostAsync(Tokens, $$"""{"name":"{{Guid.NewGuid()}}"}""");

        await api.DeleteAsync($"{Tokens}/{ApiServer.Text(made.Result["id"])}");

        Assert.Equal("401 1000", (await api.SendAsync("GET", "user/tokens/verify", token: ApiServer.Text(made.Result["value"]))).Failure);
    }

    [Theory]
    [InlineData("admin")]
    [InlineData("member")]
    [InlineData("owner")]
    public async Task A_token_for_people_alone_makes_nobody_who_may_do_more_than_it(string role)
    {
        string token = await api.CreateTokenAsync("people:edit");

        ApiReply reply = await api.SendAsync("POST", People, $$"""{"email":"{{Guid.NewGuid():N}}@example.org","role":"{{role}}"}""", token);

        Assert.Equal("403 10000", reply.Failure);
    }

    [Fact]
    public async Task No_token_makes_an_owner()
    {
        ApiReply made = await api.PostAsync(People, $$"""{"email":"{{Guid.NewGuid():N}}@example.org","role":"admin"}""");

        Assert.Equal("403 10000", (await api.PostAsync(People, $$"""{"email":"{{Guid.NewGuid():N}}@example.org","role":"owner"}""")).Failure);
        Assert.Equal("403 10000", (await api.PatchAsync($"{People}/{ApiServer.Text(made.Result["id"])}", """{"role":"owner"}""")).Failure);
    }

    [Fact]
    public async Task A_token_that_is_limited_to_domains_sees_neither_tokens_nor_people()
    {
        (string zone, _) = await api.ZoneAsync();
        string limited = await api.CreateTokenAsync([], [Guid.ParseExact(zone, "N")]);

        Assert.Equal("403 10000", (await api.SendAsync("GET", Tokens, token: limited)).Failure);
        Assert.Equal("403 10000", (await api.SendAsync("GET", People, token: limited)).Failure);
    }
}
