using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using EmailRouting.Access;
using EmailRouting.Activity;
using EmailRouting.Mail;
using EmailRouting.Queue;
using EmailRouting.Server.Cli;
using EmailRouting.Server.Tests.Harness;
using EmailRouting.Sqlite.Activity;
using EmailRouting.Storage;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Server.Tests.Api;

/// <summary>What happened to mail that was really sent, as the API tells it.</summary>
public sealed class ActivityTests(ApiServer api) : IClassFixture<ApiServer>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly byte[] Content = "Subject: hello\r\n\r\nbody\r\n"u8.ToArray();

    [Fact]
    public async Task A_mail_that_was_forwarded_is_listed_with_both_its_ways_and_the_proof()
    {
        (string zone, string domain) = await ZoneAsync();
        string id = await SendAsync("alice@there.example", [$"hello@{domain}"]);

        JsonNode entry = await FindAsync($"zones/{zone}/email/routing/activity?message_id={id}");
        JsonNode story = (await api.GetAsync($"zones/{zone}/email/routing/activity/{id}")).Result;

        Assert.Equal(("forwarded", "alice@there.example", 1), (Text(entry["status"]), Text(entry["sender"]), entry["attempts"]!.GetValue<int>()));
        Assert.Equal(($"hello@{domain}", "forward"), (Text(entry["recipients"]![0]!["address"]), Text(entry["recipients"]![0]!["decision"])));
        Assert.True(story["unchanged"]!.GetValue<bool>());
        Assert.Equal("delivered", Text(story["received"]!["result"]));
        JsonNode attempt = Assert.Single(story["attempts"]!.AsArray())!;
        Assert.Equal(("delivered", "you@inbox.example"), (Text(attempt["result"]), Text(attempt["destination"])));
        Assert.Equal(Text(story["received"]!["sha256"]), Text(attempt["sha256"]));
        string rule = Text(entry["recipients"]![0]!["rule_id"]);
        foreach (string filter in (string[])[$"address=HELLO@{domain}", "address_contains=ello@", "sender=alice@there.example", "sender_domain=there.example",
            "status=forwarded", $"rule_id={rule}", "text=alice", "since=2020-01-01", "until=2999-01-01T00:00:00Z"])
        {
            Assert.Equal(id, Text((await api.GetAsync($"zones/{zone}/email/routing/activity?{filter}")).Result.AsArray().Single()!["id"]));
        }

        foreach (string filter in (string[])["address=nobody@there.example", "status=failed", "text=zebra", "until=2020-01-01", "since=2999-01-01", $"rule_id={new string('0', 32)}"])
        {
            Assert.Empty((await api.GetAsync($"zones/{zone}/email/routing/activity?{filter}")).Result.AsArray());
        }
    }

    [Fact]
    public async Task The_list_goes_on_from_its_cursor_to_its_end()
    {
        (string zone, string domain) = await ZoneAsync();
        List<string> sent = [];
        for (int i = 0; i < 5; i++)
        {
            sent.Add(await SendAsync("alice@there.example", [$"hello@{domain}"]));
        }

        await FindAsync($"zones/{zone}/email/routing/activity?message_id={sent[^1]}");
        List<string> seen = [];
        string cursor = string.Empty;
        while (true)
        {
            ApiReply reply = await api.GetAsync($"zones/{zone}/email/routing/activity?per_page=2{cursor}");
            seen.AddRange(reply.Result.AsArray().Select(e => Text(e!["id"])));
            Assert.Equal(2, reply.Body["result_info"]!["per_page"]!.GetValue<int>());
            if (reply.Body["result_info"]!["next_cursor"] is not { } next)
            {
                break;
            }

            Assert.Equal(Text(next), Text(reply.Body["result_info"]!["cursor"]));
            cursor = $"&cursor={Text(next)}";
        }

        Assert.Equal(sent.AsEnumerable().Reverse(), seen);
    }

    [Theory]
    [InlineData("status=lost")]
    [InlineData("since=yesterday")]
    [InlineData("until=2026-13-01")]
    [InlineData("rule_id=7")]
    [InlineData("message_id=x")]
    [InlineData("cursor=x")]
    [InlineData("page=2")]
    [InlineData("per_page=0")]
    [InlineData("sender_domain=no_domain%20at%20all")]
    public async Task A_question_that_cannot_be_is_refused_by_the_name_of_what_is_wrong_with_it(string query)
    {
        ApiReply reply = await api.GetAsync($"accounts/{api.Account}/email/routing/activity?{query}");

        Assert.Equal("400 2007", reply.Failure);
        Assert.Contains(query[..query.IndexOf('=', StringComparison.Ordinal)], reply.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("interval=year")]
    [InlineData("since=2026-03-02&until=2026-03-01")]
    [InlineData("since=2026-01-01&until=2026-03-01&interval=minute")]
    [InlineData("since=0001-01-01")]
    [InlineData("until=0001-01-01")]
    public async Task Counts_that_cannot_be_are_refused(string query) =>
        Assert.Equal("400 2007", (await api.GetAsync($"accounts/{api.Account}/email/routing/analytics?{query}")).Failure);

    [Fact]
    public async Task Messages_are_counted_and_so_are_refusals()
    {
        (string zone, string domain) = await ZoneAsync();
        string id = await SendAsync("alice@there.example", [$"hello@{domain}"], refused: [$"nobody@{domain}"]);
        await FindAsync($"zones/{zone}/email/routing/activity?message_id={id}");

        JsonNode counts = (await api.GetAsync($"zones/{zone}/email/routing/analytics?interval=minute")).Result;

        Assert.Equal("""{"forwarded":1}""", counts["totals"]!.ToJsonString());
        Assert.InRange(counts["buckets"]!.AsArray().Count, 1440, 1441);
        Assert.Equal("minute", Text(counts["interval"]));
        Assert.Equal(1, counts["buckets"]!.AsArray().Sum(b => b!["messages"]!["forwarded"]?.GetValue<int>() ?? 0));
        Assert.Equal($"hello@{domain}", Text(counts["busiest_aliases"]![0]!["alias"]));
        Assert.Equal("550 5.1.1", Text(counts["refusals"]![0]!["reason"]));
    }

    [Fact]
    public async Task Who_sees_one_domain_sees_no_other_and_who_may_not_read_sees_nothing()
    {
        (string own, string domain) = await ZoneAsync();
        (string foreign, string other) = await ZoneAsync();
        string mine = await SendAsync("alice@there.example", [$"hello@{domain}"]);
        string theirs = await SendAsync("alice@there.example", [$"hello@{other}"]);
        string both = await SendAsync("alice@there.example", [$"hello@{domain}", $"hello@{other}"]);
        await FindAsync($"zones/{own}/email/routing/activity?message_id={both}");
        string token = await api.CreateTokenAsync([], [Guid.ParseExact(own, "N")]);

        foreach (string place in (string[])[$"zones/{own}", $"accounts/{api.Account}"])
        {
            JsonArray list = (await api.SendAsync("GET", $"{place}/email/routing/activity", token: token)).Result.AsArray();
            Assert.Equal([both, mine], list.Select(e => Text(e!["id"])));
            Assert.DoesNotContain(other, list.ToJsonString(), StringComparison.Ordinal);
            Assert.DoesNotContain(other, (await api.SendAsync("GET", $"{place}/email/routing/activity/{both}", token: token)).Result.ToJsonString(), StringComparison.Ordinal);
            Assert.Equal("404 10404", (await api.SendAsync("GET", $"{place}/email/routing/activity/{theirs}", token: token)).Failure);
            Assert.DoesNotContain(other, (await api.SendAsync("GET", $"{place}/email/routing/analytics", token: token)).Result.ToJsonString(), StringComparison.Ordinal);
        }

        Assert.Equal("403 10000", (await api.SendAsync("GET", $"zones/{foreign}/email/routing/activity", token: token)).Failure);
        string editor = await api.CreateTokenAsync("rules:edit");
        foreach (string path in (string[])["activity", $"activity/{mine}", "activity/stream", "analytics"])
        {
            Assert.Equal("403 10000", (await api.SendAsync("GET", $"zones/{own}/email/routing/{path}", token: editor)).Failure);
        }
    }

    [Fact]
    public async Task What_the_command_line_drops_is_in_the_log_too()
    {
        await using ScriptedSmtpServer inbox = new ScriptedSmtpServer().At("RCPT", Reaction.Say("450 4.2.0 Not now"));
        await using RunningServer server = await RunningServer.StartAsync(inbox.EndPoint);
        await using RawSmtpClient sender = await RawSmtpClient.GreetAsync(server.Smtp);
        MailId id = IdOf(await sender.MailAsync(Content));
        OperatorActivity activity = await OperatorActivity.OpenAsync(server.Data, TimeProvider.System, CancellationToken.None);
        var reader = new ActivityReader(activity, new SqliteActivityIndex());
        await Eventually.TrueAsync(
            async () => await reader.ShowAsync(id, domains: null, CancellationToken.None) is { Status: MessageStatus.Delayed },
            Patience, () => server.Log, TestContext.Current.CancellationToken);

        QueueOperator queue = await OperatorQueue.OpenAsync(server.Data, TimeProvider.System, CancellationToken.None);
        Assert.True((await queue.DropAsync(new QueueSelection(id), CancellationToken.None)).HasChanged);

        ActivityStory? story = await reader.ShowAsync(id, domains: null, CancellationToken.None);
        Assert.Equal(("dropped", MessageStatus.Dropped), (story?.Attempts[^1].Result, story?.Status));
    }

    [Fact]
    public async Task The_stream_tells_what_happens_as_it_happens_and_ends_with_the_server()
    {
        await using var inbox = new ScriptedSmtpServer();
        await using RunningServer server = await RunningServer.StartAsync(inbox.EndPoint);
        OperatorDatabase database = await OperatorDatabase.OpenAsync(server.Data, create: false, TimeProvider.System, CancellationToken.None);
        string token = (await new TokenBook(database, TimeProvider.System).CreateAsync("watcher", ["activity:read"], [], null, CancellationToken.None))!.Secret;
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        string account = Text(JsonNode.Parse(await GetAsync("accounts"))!["result"]![0]!["id"]);
        using HttpResponseMessage response = await OpenAsync($"accounts/{account}/email/routing/activity/stream");
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        await using Stream body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await using IAsyncEnumerator<SseItem<string>> events = SseParser.Create(body).EnumerateAsync(TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await events.MoveNextAsync());
        Assert.Equal("heartbeat", events.Current.EventType);

        await using RawSmtpClient sender = await RawSmtpClient.GreetAsync(server.Smtp);
        string id = IdOf(await sender.MailAsync(Content)).ToString();

        Assert.True(await events.MoveNextAsync());
        Assert.Equal(("attempt", id), (events.Current.EventType, Text(JsonNode.Parse(events.Current.Data)!["id"])));
        Assert.True(await events.MoveNextAsync());
        Assert.Equal(("received", "forwarded"), (events.Current.EventType, Text(JsonNode.Parse(events.Current.Data)!["status"])));

        long start = TimeProvider.System.GetTimestamp();
        Task<int> stop = server.StopAsync();
        Assert.False(await events.MoveNextAsync());
        Assert.Equal(0, await stop);
        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(8));

        async Task<string> GetAsync(string path) => await (await OpenAsync(path)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        async Task<HttpResponseMessage> OpenAsync(string path)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Web, $"/client/v4/{path}"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        }
    }
    private static string Text(JsonNode? node) => ApiServer.Text(node);

    private static MailId IdOf(string reply) => MailId.TryParse(reply.Split(' ')[^1], out MailId id) ? id : throw new InvalidOperationException($"There is no id in '{reply}'");

    /// <summary>A zone in which <c>hello@</c> is forwarded.</summary>
    private async Task<(string Id, string Name)> ZoneAsync()
    {
        (string zone, string domain) = await api.ZoneAsync();
        await api.VerifiedAsync("you@inbox.example");
        Assert.True((await api.PostAsync(
            $"zones/{zone}/email/routing/rules",
            $$"""{"matchers":[{"type":"literal","field":"to","value":"hello@{{domain}}"}],"actions":[{"type":"forward","value":["you@inbox.example"]}]}""")).Success);
        await Eventually.TrueAsync(
            async () => Text((await api.PostAsync($"zones/{zone}/email/routing/explain", $$"""{"to":"hello@{{domain}}"}""")).Result["decision"]) == "forward",
            Patience, () => api.Server.Log, TestContext.Current.CancellationToken);
        return (zone, domain);
    }

    private async Task<string> SendAsync(string from, string[] to, string[]? refused = null)
    {
        await using RawSmtpClient sender = await RawSmtpClient.GreetAsync(api.Server.Smtp);
        await sender.CommandAsync($"MAIL FROM:<{from}>", "250");
        foreach (string recipient in refused ?? [])
        {
            await sender.CommandAsync($"RCPT TO:<{recipient}>", "550");
        }

        foreach (string recipient in to)
        {
            await sender.CommandAsync($"RCPT TO:<{recipient}>", "250");
        }

        await sender.CommandAsync("DATA", "354");
        await sender.SendAsync(Content);
        return IdOf(await sender.CommandAsync(".", "250")).ToString();
    }

    /// <summary>The log is written a moment after the mail is taken.</summary>
    private async Task<JsonNode> FindAsync(string path)
    {
        JsonNode? found = null;
        await Eventually.TrueAsync(
            async () => (found = (await api.GetAsync(path)).Result.AsArray().SingleOrDefault()) is not null, Patience, () => api.Server.Log, TestContext.Current.CancellationToken);
        return found!;
    }
}
