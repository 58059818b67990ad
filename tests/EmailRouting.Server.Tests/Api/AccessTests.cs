using Xunit;

namespace EmailRouting.Server.Tests.Api;

public sealed class AccessTests(ApiServer api) : IClassFixture<ApiServer>
{
    [Theory]
    [InlineData("GET", "zones/0123", "404 7003")]
    [InlineData("GET", "zones/00000000000000000000000000000000", "404 7003")]
    [InlineData("GET", "accounts/00000000000000000000000000000000", "404 7003")]
    [InlineData("GET", "no/such/path", "404 7000")]
    [InlineData("GET", "", "404 7000")]
    [InlineData("PUT", "zones", "405 7001")]
    public async Task Every_path_answers_in_the_envelope(string method, string path, string expected)
    {
        ApiReply reply = await api.SendAsync(method, path);
        Assert.Equal(expected, reply.Failure);
        Assert.Equal(reply.Body["errors"]!.ToJsonString(), reply.Body["messages"]!.ToJsonString());
        Assert.Null(reply.Body["result"]);
    }

    [Fact]
    public async Task Without_a_token_nothing_is_told()
    {
        Assert.Equal("401 10000", (await api.SendAsync("GET", "zones", token: "")).Failure);
        Assert.Equal("401 1000", (await api.SendAsync("GET", "user/tokens/verify", token: new string('x', 43))).Failure);
        Assert.Equal("401 1000", (await api.SendAsync("GET", "zones", token: "short")).Failure);
        Assert.Equal("400 6003", (await api.SendAsync("GET", "zones", token: "", headers: ("Authorization", "Basic eDp5"))).Failure);
        Assert.Equal("400 6003", (await api.SendAsync("GET", "zones", token: "", headers: ("X-Auth-Key", api.Token))).Failure);
    }

    [Fact]
    public async Task A_key_with_an_address_does_as_well()
    {
        ApiReply reply = await api.SendAsync("GET", "user/tokens/verify", token: "", headers: [("X-Auth-Email", "me@example.test"), ("X-Auth-Key", api.Token)]);
        Assert.Equal("active", ApiServer.Text(reply.Result["status"]));
        Assert.Equal(10000, reply.Body["messages"]![0]!["code"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_token_does_what_its_scopes_say()
    {
        string reader = await api.CreateTokenAsync("zones:read");
        Assert.Equal("200 success", (await api.SendAsync("GET", "zones", token: reader)).Failure);
        Assert.Equal("403 10000", (await api.SendAsync("POST", "zones", """{"name":"new.test"}""", reader)).Failure);

        string editor = await api.CreateTokenAsync("zones:edit");
        Assert.Equal("200 success", (await api.SendAsync("GET", "zones", token: editor)).Failure);
        Assert.Equal("403 10000", (await api.SendAsync("GET", "zones", token: await api.CreateTokenAsync("rules:edit"))).Failure);
    }

    [Fact]
    public async Task A_token_of_one_domain_does_not_see_another()
    {
        (string own, _) = await api.ZoneAsync();
        (string foreign, _) = await api.ZoneAsync();
        string token = await api.CreateTokenAsync([], [Guid.ParseExact(own, "N")]);

        Assert.Equal("200 success", (await api.SendAsync("GET", $"zones/{own}", token: token)).Failure);
        Assert.Equal("403 10000", (await api.SendAsync("GET", $"zones/{foreign}", token: token)).Failure);
        Assert.Equal("403 10000", (await api.SendAsync("GET", "zones/00000000000000000000000000000000", token: token)).Failure);
        Assert.Single((await api.SendAsync("GET", "zones?per_page=1000", token: token)).Result.AsArray());
        Assert.Equal("403 10000", (await api.SendAsync("POST", "zones", """{"name":"more.test"}""", token)).Failure);
    }

    [Fact]
    public async Task An_expired_token_is_none()
    {
        string token = await api.CreateTokenAsync([], [], DateTimeOffset.UtcNow.AddSeconds(-1));
        Assert.Equal("401 1000", (await api.SendAsync("GET", "zones", token: token)).Failure);
    }

    [Fact]
    public async Task A_body_of_ten_megabytes_is_refused()
    {
        string json = $$"""{"name":"{{new string('x', 10_000_000)}}"}""";
        Assert.Equal("413 10413", (await api.PostAsync("zones", json)).Failure);
    }
}
