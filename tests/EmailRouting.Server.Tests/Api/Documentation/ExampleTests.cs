using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Xunit;

namespace EmailRouting.Server.Tests.Api.Documentation;

/// <summary>What the document shows is what the server does.</summary>
public sealed class ExampleTests(ApiServer api) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task Every_example_of_a_request_is_accepted_and_answered_as_its_example_says()
    {
        DocumentedApi document = await DocumentedApi.ReadAsync(api.Server);
        var world = new ExampleWorld(api, document);
        List<string> problems = [];
        foreach (DocumentedOperation operation in document.Operations)
        {
            JsonNode?[] bodies = operation.Body is null ? [null] : [.. operation.BodyExamples];
            JsonNode example = operation.Answer["example"]!;
            problems.AddRange(SchemaCheck.Problems(document, operation.Answer["schema"], example, $"{operation.Id}, the example"));
            for (int i = 0; i < bodies.Length; i++)
            {
                string at = $"{operation.Id}, request {i + 1}";
                await world.PrepareAsync(operation);
                ApiReply reply = await SendAsync(operation, world.Path(operation), bodies[i] is null ? null : world.Real(operation.Bodies.ElementAt(i)));
                if (!reply.Success)
                {
                    problems.Add($"{at}: {reply.Body.ToJsonString()}");
                    continue;
                }

                if (bodies[i] is { } body)
                {
                    problems.AddRange(SchemaCheck.Problems(document, operation.Body!["schema"], body, at));
                }

                if (operation.AnswerType == "application/json")
                {
                    problems.AddRange(SchemaCheck.Problems(document, operation.Answer["schema"], reply.Body, at));
                    problems.AddRange(i == 0 ? SameShape.Differences(example, reply.Body, at) : []);
                }

                if (operation.Json["responses"]!["200"]!["headers"]?["ETag"] is not null != reply.Headers.ContainsKey("ETag"))
                {
                    problems.Add($"{at}: the document and the answer do not agree about an ETag");
                }
            }
        }

        Assert.True(problems.Count == 0, string.Join("\n", problems));
    }

    /// <summary>What is not in an envelope is put into one, for the comparison.</summary>
    private async Task<ApiReply> SendAsync(DocumentedOperation operation, string path, string? body)
    {
        if (operation.AnswerType == "application/json")
        {
            return await api.SendAsync(operation.Method, path, body);
        }

        using var http = new HttpClient();
        using var request = new HttpRequestMessage(new HttpMethod(operation.Method), new Uri(api.Server.Web, $"/client/v4/{path}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", api.Token);
        using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        bool isRight = response.IsSuccessStatusCode && response.Content.Headers.ContentType?.MediaType == operation.AnswerType;
        return new ApiReply(response.StatusCode, new JsonObject { ["success"] = isRight, ["media_type"] = response.Content.Headers.ContentType?.MediaType }, new Dictionary<string, string>());
    }

    [Fact]
    public async Task Every_documented_parameter_is_heeded_and_checked()
    {
        DocumentedApi document = await DocumentedApi.ReadAsync(api.Server);
        var world = new ExampleWorld(api, document);
        await world.PrepareAsync(document.Operations.Single(o => o.Id == "ListRules"));
        List<string> problems = [];
        foreach (DocumentedOperation operation in document.Operations)
        {
            foreach (JsonObject parameter in operation.Parameters("query"))
            {
                string name = parameter["name"]!.GetValue<string>();
                JsonObject schema = parameter["schema"]!.AsObject();
                (string right, bool isChecked) = schema switch
                {
                    // The one word that asks for something else than JSON has a test of its own.
                    _ when operation.Id == "Export" && name == "format" => ("json", true),
                    _ when schema["enum"] is JsonArray words => (words[^1]!.GetValue<string>(), operation.Id != "ListZones" || name != "status"),
                    _ when schema["type"]!.GetValue<string>() == "boolean" => ("true", true),
                    _ when schema["type"]!.GetValue<string>() == "integer" => ("1", true),
                    _ when schema["format"] is not null => ($"{TimeProvider.System.GetUtcNow().AddHours(-1):yyyy-MM-dd'T'HH:mm:ss'Z'}", true),
                    _ when schema["pattern"] is not null => (api.Account, true),
                    _ when name == "subdomain" => ("news.example.com", true),
                    _ when name == "cursor" => ("", true),
                    _ when name == "message_id" => (Server.Api.Documentation.Example.MessageId, true),
                    _ when name == "delivery" => (Server.Api.Documentation.Example.DeliveryId, true),
                    _ => ("example.com", false),
                };
                if (operation.Method != "GET")
                {
                    await world.PrepareAsync(operation);
                }

                ApiReply reply = await api.SendAsync(operation.Method, $"{world.Path(operation)}?{name}={world.Real(right)}", operation.Bodies.FirstOrDefault());
                if (!reply.Success)
                {
                    problems.Add($"{operation.Id}: {name}={right} gives {reply.Failure}");
                }

                ApiReply refused = await api.SendAsync(operation.Method, $"{world.Path(operation)}?{name}=no_such_thing", operation.Bodies.FirstOrDefault());
                if (isChecked && !operation.Failures.Contains(refused.Failure))
                {
                    problems.Add($"{operation.Id}: {name}=no_such_thing gives {refused.Failure}");
                }
            }
        }

        Assert.True(problems.Count == 0, string.Join("\n", problems));
    }

    [Fact]
    public async Task Every_kind_of_refusal_is_given_as_documented()
    {
        DocumentedApi document = await DocumentedApi.ReadAsync(api.Server);
        var world = new ExampleWorld(api, document);
        await world.PrepareAsync(document.Operations.Single(o => o.Id == "ListRules"));
        string reader = await api.CreateTokenAsync("queue:raw");
        string nobody = new('0', 32);
        HashSet<string> chapters = [];
        List<string> problems = [];
        foreach (DocumentedOperation operation in document.Operations)
        {
            string path = world.Path(operation);
            string? body = operation.Bodies.FirstOrDefault() is { } example ? world.Real(example) : null;

            async Task ExpectAsync(string failure, string path, string? json, string? token = null, params (string, string)[] headers)
            {
                ApiReply reply = await api.SendAsync(operation.Method, path, json, token, headers);
                if (reply.Failure != failure || !operation.Failures.Contains(failure))
                {
                    problems.Add($"{operation.Id}: {operation.Method} {path} gives {reply.Failure}, expected {failure}, documented {string.Join(", ", operation.Failures)}");
                }
            }

            await ExpectAsync("401 10000", path, body, token: "");
            if (chapters.Add(operation.Json["tags"]![0]!.GetValue<string>()))
            {
                // For one of each chapter: who guesses too often is not answered at all.
                await ExpectAsync("401 1000", path, body, token: new string('x', 43));
            }

            if (operation.Scope is { } scope)
            {
                await ExpectAsync("403 10000", path, body, scope == "queue:raw" ? await api.CreateTokenAsync("rules:read") : reader);
            }

            if (operation.Path.Contains("{zone_id}", StringComparison.Ordinal) || operation.Path.Contains("{account_id}", StringComparison.Ordinal))
            {
                await ExpectAsync("404 7003", path.Replace($"zones/{world.Real(Server.Api.Documentation.Example.ZoneId)}", $"zones/{nobody}", StringComparison.Ordinal)
                    .Replace($"accounts/{api.Account}", $"accounts/{nobody}", StringComparison.Ordinal), body);
            }

            // What else a path names, the last of it first.
            if (operation.Parameters("path").LastOrDefault()?["name"]!.GetValue<string>() is { } name and not ("zone_id" or "account_id"))
            {
                string missing = operation.RelativePath.Replace($"{{{name}}}", name == "sequence" ? "999999" : "x", StringComparison.Ordinal);
                await ExpectAsync(
                    "404 10404",
                    world.Real(missing.Replace("{zone_id}", Server.Api.Documentation.Example.ZoneId, StringComparison.Ordinal).Replace("{account_id}", api.Account, StringComparison.Ordinal)),
                    body);
            }

            if (operation is { TakesJson: true, Body: { } documented })
            {
                await ExpectAsync("400 6007", path, "{");
                (string field, JsonNode? schema) = documented["schema"]!["properties"]!.AsObject().First();
                string wrong = document.Resolve(schema!)["type"]?.ToJsonString() == "\"string\"" ? "5" : "\"x\"";
                await ExpectAsync("422 2007", path, $$"""{"{{field}}":{{wrong}}}""");
                if (operation.Id != "BulkRules")
                {
                    await ExpectAsync("413 10413", path, $$"""{"x":"{{new string('x', 1024 * 1024)}}"}""");
                }
            }

            if (operation.Parameters("header").Any())
            {
                await ExpectAsync("412 10412", path, body, null, ("If-Match", "\"999\""));
            }
        }

        Assert.True(problems.Count == 0, string.Join("\n", problems));
    }
}
