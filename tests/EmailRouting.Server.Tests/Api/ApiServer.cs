using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using EmailRouting.Access;
using EmailRouting.Rules;
using EmailRouting.Server.Cli;
using EmailRouting.Server.Tests.Harness;
using EmailRouting.Testing;
using Xunit;

namespace EmailRouting.Server.Tests.Api;

/// <summary>A running server with a key to everything, for one class of tests: each of them makes a zone of its own.</summary>
public sealed class ApiServer : IAsyncLifetime
{
    private static int _zones;
    private readonly HttpClient _http = new();
    private ScriptedSmtpServer? _inbox;
    private RunningServer? _server;

    internal RunningServer Server => _server ?? throw new InvalidOperationException("The server is not started.");

    /// <summary>Where everything that is forwarded ends.</summary>
    internal ScriptedSmtpServer Inbox => _inbox ?? throw new InvalidOperationException("The server is not started.");

    /// <summary>May do everything.</summary>
    public string Token { get; private set; } = string.Empty;

    public string Account { get; private set; } = string.Empty;

    public async ValueTask InitializeAsync()
    {
        _inbox = new ScriptedSmtpServer("PIPELINING", "8BITMIME", "SMTPUTF8");
        _server = await RunningServer.CreateAsync(_inbox.EndPoint);
        try
        {
            await _server.StartAsync();
        }
        catch
        {
            // Nobody disposes of what has not begun.
            await DisposeAsync();
            throw;
        }

        Token = await CreateTokenAsync();
        Account = Text((await GetAsync("accounts")).Result[0]!["id"]);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        if (_inbox is not null)
        {
            await _inbox.DisposeAsync();
        }
    }

    public async Task<string> CreateTokenAsync(params string[] scopes) => await CreateTokenAsync(scopes, []);

    public async Task<string> CreateTokenAsync(string[] scopes, Guid[] domains, DateTimeOffset? expires = null)
    {
        OperatorDatabase database = await OperatorDatabase.OpenAsync(Server.Data, create: false, TimeProvider.System, CancellationToken.None);
        NewToken token = await new TokenBook(database, TimeProvider.System).CreateAsync($"t{Guid.NewGuid():N}", scopes, domains, expires, CancellationToken.None)
            ?? throw new InvalidOperationException("The name is taken.");
        return token.Secret;
    }

    /// <returns>Id and name of a fresh domain.</returns>
    public async Task<(string Id, string Name)> ZoneAsync()
    {
        string name = $"zone{Interlocked.Increment(ref _zones)}.test";
        ApiReply made = await PostAsync("zones", $$$"""{"name":"{{{name}}}","account":{"id":"{{{Account}}}"}}""");
        return (Text(made.Result["id"]), name);
    }

    /// <summary>A destination whose owner has agreed.</summary>
    public async Task<string> VerifiedAsync(string address)
    {
        await Server.EditRulesAsync(async book =>
        {
            if (await book.AddDestinationAsync(address, verified: true, CancellationToken.None) is Edit.Refused { Reason: not RefusalReason.Duplicate } refused)
            {
                throw new InvalidOperationException(refused.Sentence);
            }
        });
        return address;
    }

    public Task<ApiReply> GetAsync(string path) => SendAsync("GET", path);

    public Task<ApiReply> PostAsync(string path, string? json = null) => SendAsync("POST", path, json);

    public Task<ApiReply> PutAsync(string path, string json) => SendAsync("PUT", path, json);

    public Task<ApiReply> PatchAsync(string path, string json) => SendAsync("PATCH", path, json);

    public Task<ApiReply> DeleteAsync(string path) => SendAsync("DELETE", path);

    /// <param name="method">Of HTTP.</param>
    /// <param name="path">Below <c>/client/v4/</c>.</param>
    /// <param name="json">Null: no body and no Content-Type.</param>
    /// <param name="token">Null: <see cref="Token"/>; empty: none.</param>
    /// <param name="headers">More of them.</param>
    public async Task<ApiReply> SendAsync(string method, string path, string? json = null, string? token = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(Server.Web, $"/client/v4/{path}"));
        if (json is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        token ??= Token;
        if (token.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        }

        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using HttpResponseMessage response = await _http.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        JsonNode body = JsonNode.Parse(text) ?? throw new InvalidOperationException("The answer is null.");
        return new ApiReply(
            response.StatusCode,
            body,
            response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase));
    }

    internal static string Text(JsonNode? node) => node?.GetValue<string>() ?? throw new InvalidOperationException("There is no such text.");
}

/// <summary>What the API has answered.</summary>
public sealed record ApiReply(HttpStatusCode Status, JsonNode Body, IReadOnlyDictionary<string, string> Headers)
{
    public bool Success => Body["success"]!.GetValue<bool>();

    /// <summary>Of a request that was carried out.</summary>
    public JsonNode Result
    {
        get
        {
            Assert.True(Success, Body.ToJsonString());
            return Body["result"]!;
        }
    }

    public int Code => Body["errors"]![0]!["code"]!.GetValue<int>();

    public string Message => Body["errors"]![0]!["message"]!.GetValue<string>();

    /// <summary>In one line: <c>404 7003</c>, as a test writes it down.</summary>
    public string Failure => Success ? $"{(int)Status} success" : $"{(int)Status} {Code}";

}
