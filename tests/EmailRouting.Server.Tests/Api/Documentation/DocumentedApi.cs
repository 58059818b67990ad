using System.Net;
using System.Text.Json.Nodes;
using EmailRouting.Server.Tests.Harness;

namespace EmailRouting.Server.Tests.Api.Documentation;

/// <summary>The OpenAPI document as a client reads it: over HTTP, and as JSON.</summary>
internal sealed class DocumentedApi
{
    private static readonly string[] Methods = ["get", "put", "post", "patch", "delete"];

    private DocumentedApi(JsonObject root) => Root = root;

    public JsonObject Root { get; }

    public IEnumerable<DocumentedOperation> Operations =>
        from path in Root["paths"]!.AsObject()
        from method in path.Value!.AsObject()
        where Methods.Contains(method.Key)
        select new DocumentedOperation(this, method.Key.ToUpperInvariant(), path.Key, method.Value!.AsObject());

    public static async Task<DocumentedApi> ReadAsync(RunningServer server)
    {
        using var http = new HttpClient();
        using HttpResponseMessage response = await http.GetAsync(new Uri(server.Web, "/openapi/v1.json"));
        return response.StatusCode == HttpStatusCode.OK && JsonNode.Parse(await response.Content.ReadAsStringAsync()) is JsonObject root
            ? new DocumentedApi(root)
            : throw new InvalidOperationException($"No document: {response.StatusCode}");
    }

    /// <summary>Follows a reference, if it is one.</summary>
    public JsonObject Resolve(JsonNode schema)
    {
        JsonNode at = schema;
        while (at["$ref"] is JsonValue reference)
        {
            string text = reference.GetValue<string>();
            at = text.Split('/').Skip(1).Aggregate((JsonNode?)Root, (node, step) => node?[step]) ?? throw new InvalidOperationException($"{text} leads nowhere");
        }

        return at.AsObject();
    }
}

/// <summary>One operation of the document.</summary>
internal sealed record DocumentedOperation(DocumentedApi Api, string Method, string Path, JsonObject Json)
{
    public string Id => Json["operationId"]?.GetValue<string>() ?? $"{Method} {Path}";

    /// <summary>Below <c>/client/v4/</c>.</summary>
    public string RelativePath => Path["/client/v4/".Length..];

    /// <summary>Null where any token will do.</summary>
    public string? Scope => Json["security"]![0]!["bearer"]!.AsArray() is [JsonNode scope] ? scope.GetValue<string>() : null;

    public JsonObject? Body => Json["requestBody"]?["content"]?.AsObject().First().Value?.AsObject();

    public bool TakesJson => Json["requestBody"]?["content"]?["application/json"] is not null;

    public IEnumerable<JsonNode> BodyExamples => Body?["examples"]?.AsObject().Select(example => example.Value!["value"]!) ?? [];

    /// <summary>The examples of the body as they are sent.</summary>
    public IEnumerable<string> Bodies => BodyExamples.Select(example => TakesJson ? example.ToJsonString() : example.GetValue<string>());

    public JsonObject Answer => Json["responses"]!["200"]!["content"]!.AsObject().First().Value!.AsObject();

    public string AnswerType => Json["responses"]!["200"]!["content"]!.AsObject().First().Key;

    public IEnumerable<JsonObject> Parameters(string place) =>
        Json["parameters"]?.AsArray().Select(parameter => parameter!.AsObject()).Where(parameter => parameter["in"]!.GetValue<string>() == place) ?? [];

    /// <summary>As in <c>404 7003</c>.</summary>
    public IEnumerable<string> Failures =>
        from response in Json["responses"]!.AsObject()
        where response.Key != "200"
        from example in response.Value!["content"]!["application/json"]!["examples"]!.AsObject()
        select $"{response.Key} {example.Value!["value"]!["errors"]![0]!["code"]}";
}
