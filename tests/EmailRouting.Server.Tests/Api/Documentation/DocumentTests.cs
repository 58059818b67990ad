using System.Text.Json.Nodes;
using EmailRouting.Server.Api;
using EmailRouting.Server.Api.Documentation;
using EmailRouting.Server.Hosting;
using EmailRouting.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Xunit;

namespace EmailRouting.Server.Tests.Api.Documentation;

/// <summary>The document tells everything about every endpoint.</summary>
public sealed class DocumentTests(ApiServer api) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task Every_endpoint_is_documented_and_says_what_it_needs()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("endpoints-");
        try
        {
            var data = new DataDirectory(folder.FullName);
            WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions
            {
                Args = ["--Smtp:HostName=mx.router.test", "--Smtp:Listen=127.0.0.1:0"],
                ApplicationName = typeof(Serve).Assembly.GetName().Name,
                ContentRootPath = AppContext.BaseDirectory,
            });
            Serve.Configure(builder, data);
            await using WebApplication app = builder.Build();
            Serve.Map(app);
            List<RouteEndpoint> endpoints = [.. ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
                .Where(endpoint => endpoint.RoutePattern.RawText?.StartsWith(ApiGate.Root, StringComparison.Ordinal) == true)];
            Assert.NotEmpty(endpoints);

            Assert.Empty(endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<OperationDoc>() is null).Select(endpoint => $"{endpoint.DisplayName}: .Documented(…) is missing"));
            Assert.Empty(endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<Needs>() is null).Select(endpoint => $"{endpoint.DisplayName}: .Needs(…) is missing"));

            DocumentedApi document = await DocumentedApi.ReadAsync(api.Server);
            Assert.Equal(
                endpoints.Select(endpoint => endpoint.Metadata.GetMetadata<OperationDoc>()!.Name).Order(StringComparer.Ordinal),
                document.Operations.Select(operation => operation.Id).Order(StringComparer.Ordinal));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Every_operation_tells_what_a_newcomer_needs()
    {
        DocumentedApi document = await DocumentedApi.ReadAsync(api.Server);
        string[] tags = [.. document.Root["tags"]!.AsArray().Select(tag => tag!["name"]!.GetValue<string>())];
        List<string> missing = [];
        foreach (DocumentedOperation operation in document.Operations)
        {
            void Require(bool isThere, string what)
            {
                if (!isThere)
                {
                    missing.Add($"{operation.Id}: {what}");
                }
            }

            Require(operation.Json["summary"]?.GetValue<string>().Length > 0, "a summary");
            Require(operation.Json["description"]?.GetValue<string>().IndexOf("**Scope:**", StringComparison.Ordinal) > 10, "a description, with its scope");
            Require(operation.Json["tags"]?.AsArray() is [JsonNode tag] && tags.Contains(tag.GetValue<string>()), "one of the tags");
            Require(operation.Json["security"]?.AsArray().Count == 2, "how to sign in");
            Require(operation.Answer["example"] is not null, "an example of its answer");
            Require(operation.Body is null || operation.BodyExamples.Any(), "an example of its body");
            Require(operation.Body is null || operation.Failures.Any(f => f.StartsWith("422 ", StringComparison.Ordinal)), "what is wrong with a body (422)");
            foreach (string failure in (string[])["401 10000", "401 1000", "429 10429"])
            {
                Require(operation.Failures.Contains(failure), failure);
            }

            foreach (JsonObject parameter in (string[])["path", "query", "header"] is var places ? places.SelectMany(operation.Parameters) : [])
            {
                Require(parameter["description"]?.GetValue<string>().Length > 0, $"what {parameter["name"]} is");
                Require(parameter["schema"]?.AsObject().Count > 0, $"what {parameter["name"]} may be");
            }
        }

        Assert.True(missing.Count == 0, string.Join("\n", missing));
    }

    [Fact]
    public async Task Every_reference_in_the_document_leads_somewhere()
    {
        DocumentedApi document = await DocumentedApi.ReadAsync(api.Server);
        List<JsonNode> references = [.. All(document.Root).Where(node => node is JsonObject json && json.ContainsKey("$ref"))];
        Assert.NotEmpty(references);
        foreach (JsonNode reference in references)
        {
            document.Resolve(reference);
        }
    }

    private static IEnumerable<JsonNode> All(JsonNode? node) => node switch
    {
        JsonObject json => json.SelectMany(field => All(field.Value)).Prepend(json),
        JsonArray list => list.SelectMany(All),
        _ => [],
    };
}
