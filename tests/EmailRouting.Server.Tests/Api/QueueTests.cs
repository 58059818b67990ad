using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using EmailRouting.Server.Tests.Harness;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Server.Tests.Api;

public sealed class QueueTests(ApiServer api) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task What_is_owed_is_listed_page_by_page_with_all_that_is_known_of_it()
    {
        (string zone, string domain) = await api.ZoneAsync();
        string[] ids = [await StoreAsync("one@inbox.example", $"a@{domain}"), await StoreAsync("two@inbox.example", $"a@{domain}"), await StoreAsync("three@inbox.example", $"b@{domain}")];

        var seen = new List<string>();
        string cursor = string.Empty;
        for (int page = 0; page < 3; page++)
        {
            ApiReply reply = await api.GetAsync($"zones/{zone}/email/routing/queue?per_page=2{cursor}");
            seen.AddRange(reply.Result.AsArray().Select(entry => ApiServer.Text(entry!["message_id"])));
            Assert.Equal(3, reply.Body["result_info"]!["total_count"]!.GetValue<int>());
            if (reply.Body["result_info"]!["next_cursor"] is not { } next)
            {
                break;
            }

            cursor = $"&cursor={ApiServer.Text(next)}";
        }

        Assert.Equal(ids, seen);
        JsonNode first = (await api.GetAsync($"zones/{zone}/email/routing/queue?text=one@")).Result.AsArray().Single()!;
        Assert.Equal("one@inbox.example", ApiServer.Text(first["destination"]));
        Assert.Equal("queued", ApiServer.Text(first["state"]));
        Assert.Equal("sender@there.example", ApiServer.Text(first["sender"]));
        Assert.Equal($"a@{domain}", ApiServer.Text(first["recipients"]![0]));
        Assert.Equal(StoredMail.Content.Length, first["size"]!.GetValue<int>());
        Assert.NotNull(first["next_attempt_at"]);
        Assert.Empty((await api.GetAsync($"zones/{zone}/email/routing/queue?state=failed")).Result.AsArray());
        Assert.Contains(ids[0], (await api.GetAsync($"accounts/{api.Account}/email/routing/queue?per_page=1000")).Body.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("state=lost")]
    [InlineData("cursor=nonsense")]
    [InlineData("page=2")]
    [InlineData("per_page=0")]
    public async Task A_list_that_cannot_be_is_refused(string query) =>
        Assert.Equal("400 2007", (await api.GetAsync($"accounts/{api.Account}/email/routing/queue?{query}")).Failure);

    [Fact]
    public async Task A_message_is_held_released_retried_redirected_and_dropped()
    {
        (string zone, string domain) = await api.ZoneAsync();
        string id = await StoreAsync("old@inbox.example", $"a@{domain}");
        string path = $"zones/{zone}/email/routing/queue/{id}";

        Assert.Equal("held", ApiServer.Text((await api.PostAsync($"{path}/hold")).Result["changed"]![0]!["state"]));
        ApiReply again = await api.PostAsync($"{path}/hold", "{}");
        Assert.Equal("409 10409", again.Failure);
        Assert.Equal("false", again.Headers["x-should-retry"]);
        await api.VerifiedAsync("new@inbox.example");
        Assert.Equal("400 2054", (await api.PostAsync($"{path}/redirect", """{"destination":"stranger@inbox.example"}""")).Failure);
        Assert.Equal("422 2007", (await api.PostAsync($"{path}/redirect", """{"destination":"no address"}""")).Failure);
        Assert.Equal("422 2007", (await api.PostAsync($"{path}/redirect", $$"""{"destination":"x@{{domain}}"}""")).Failure);
        Assert.Equal("422 2007", (await api.PostAsync($"{path}/redirect")).Failure);
        Assert.Equal("422 2007", (await api.PostAsync($"{path}/redirect", """{"destination":5}""")).Failure);
        JsonNode redirected = (await api.PostAsync($"{path}/redirect", """{"destination":"NEW@inbox.example"}""")).Result["changed"]![0]!;
        Assert.Equal(("new@inbox.example", "held"), (ApiServer.Text(redirected["destination"]), ApiServer.Text(redirected["state"])));
        Assert.Equal("new@inbox.example", ApiServer.Text((await api.GetAsync(path)).Result["deliveries"]![0]!["destination"]));
        string delivery = ApiServer.Text(redirected["id"]);
        Assert.Equal("404 10404", (await api.PostAsync($"{path}/release", """{"delivery":"0123456789abc"}""")).Failure);

        Assert.Equal("queued", ApiServer.Text((await api.PostAsync($"{path}/release", $$"""{"delivery":"{{delivery}}"}""")).Result["changed"]![0]!["state"]));

        // Due now, so the inbox may have it before it is asked for again.
        await Eventually.TrueAsync(
            async () => (await api.GetAsync(path)).Failure == "404 10404", TimeSpan.FromSeconds(30), () => api.Server.Log, TestContext.Current.CancellationToken);
        Assert.Contains(api.Inbox.Messages, mail => mail.Rcpt.Contains("<new@inbox.example>", StringComparison.Ordinal));

        string second = await StoreAsync("old@inbox.example", $"a@{domain}");
        Assert.Equal(second, ApiServer.Text((await api.DeleteAsync($"zones/{zone}/email/routing/queue/{second}")).Result["id"]));
        foreach ((string method, string verb) in ((string, string)[])[("GET", ""), ("GET", "/raw"), ("DELETE", ""), ("POST", "/retry"), ("POST", "/hold"), ("POST", "/release")])
        {
            Assert.Equal("404 10404", (await api.SendAsync(method, $"zones/{zone}/email/routing/queue/{second}{verb}")).Failure);
        }

        await Eventually.TrueAsync(
            () => api.Server.Log.Contains($"{second} out dropped to=<old@inbox.example>", StringComparison.Ordinal),
            TimeSpan.FromSeconds(30),
            () => api.Server.Log,
            TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task The_bytes_of_a_message_have_a_permission_of_their_own_and_are_no_page()
    {
        (string zone, string domain) = await api.ZoneAsync();
        string id = await StoreAsync("one@inbox.example", $"a@{domain}");
        string path = $"zones/{zone}/email/routing/queue/{id}/raw";
        Assert.Equal("403 10000", (await api.SendAsync("GET", path, token: await api.CreateTokenAsync("queue:edit"))).Failure);

        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(api.Server.Web, $"/client/v4/{path}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await api.CreateTokenAsync("queue:raw"));
        using HttpResponseMessage response = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(StoredMail.Content, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal("message/rfc822", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(("attachment", $"{id}.eml"), (response.Content.Headers.ContentDisposition?.DispositionType, response.Content.Headers.ContentDisposition?.FileName));
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task Who_may_read_may_not_change_and_who_sees_one_domain_sees_no_other()
    {
        (string own, string domain) = await api.ZoneAsync();
        (string foreign, string other) = await api.ZoneAsync();
        string mine = await StoreAsync("one@inbox.example", $"a@{domain}");
        string theirs = await StoreAsync("one@inbox.example", $"a@{other}");
        string both = await StoreAsync("one@inbox.example", $"a@{domain}", $"a@{other}");
        string reader = await api.CreateTokenAsync("queue:read");
        Assert.Equal("200 success", (await api.SendAsync("GET", $"zones/{own}/email/routing/queue/{mine}", token: reader)).Failure);
        Assert.Equal("403 10000", (await api.SendAsync("DELETE", $"zones/{own}/email/routing/queue/{mine}", token: reader)).Failure);
        Assert.Equal("403 10000", (await api.SendAsync("POST", $"zones/{own}/email/routing/queue/{mine}/hold", token: reader)).Failure);

        string token = await api.CreateTokenAsync([], [Guid.ParseExact(own, "N")]);
        foreach (string place in (string[])[$"zones/{own}", $"accounts/{api.Account}"])
        {
            JsonArray list = (await api.SendAsync("GET", $"{place}/email/routing/queue?per_page=1000", token: token)).Result.AsArray();
            Assert.Equal([mine, both], list.Select(entry => ApiServer.Text(entry!["message_id"])));
            Assert.DoesNotContain(other, list.ToJsonString(), StringComparison.Ordinal);
            Assert.Equal("404 10404", (await api.SendAsync("GET", $"{place}/email/routing/queue/{theirs}", token: token)).Failure);
            Assert.Equal("404 10404", (await api.SendAsync("GET", $"{place}/email/routing/queue/{theirs}/raw", token: token)).Failure);
            Assert.Equal("404 10404", (await api.SendAsync("DELETE", $"{place}/email/routing/queue/{theirs}", token: token)).Failure);
            Assert.Equal("409 10409", (await api.SendAsync("DELETE", $"{place}/email/routing/queue/{both}", token: token)).Failure);
        }

        Assert.Equal("403 10000", (await api.SendAsync("GET", $"zones/{foreign}/email/routing/queue", token: token)).Failure);
        Assert.Equal("200 success", (await api.SendAsync("DELETE", $"zones/{own}/email/routing/queue/{mine}", token: token)).Failure);
    }

    private Task<string> StoreAsync(string destination, params string[] aliases) => StoredMail.StoreBesideAsync(api.Server.Data, destination, aliases);
}
