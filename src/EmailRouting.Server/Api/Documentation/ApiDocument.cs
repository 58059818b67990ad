using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace EmailRouting.Server.Api.Documentation;

/// <summary><c>GET /openapi/v1.json</c>: the API, told to programs. Made from the endpoints when it is first asked for, and then kept: they do not change while we run.</summary>
internal sealed class ApiDocument(IServiceProvider services)
{
    public const string Name = "v1";
    public const string Path = $"/openapi/{Name}.json";

    private readonly Lock _gate = new();
    private Task<byte[]>? _made;

    public Task<byte[]> Json
    {
        get
        {
            lock (_gate)
            {
                return _made is null or { IsFaulted: true } ? _made = MakeAsync() : _made;
            }
        }
    }

    private async Task<byte[]> MakeAsync()
    {
        OpenApiDocument document = await services.GetRequiredKeyedService<IOpenApiDocumentProvider>(Name).GetOpenApiDocumentAsync(CancellationToken.None);
        await using var text = new StringWriter(CultureInfo.InvariantCulture);
        document.SerializeAsV31(new OpenApiJsonWriter(text, new OpenApiJsonWriterSettings { Terse = true }));
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}

/// <summary>Registers and serves the document.</summary>
internal static class ApiDocumentation
{
    public static void AddApiDocumentation(this IServiceCollection services)
    {
        services.AddOpenApi(ApiDocument.Name, options =>
        {
            options.ShouldInclude = endpoint => endpoint.RelativePath?.StartsWith(ApiGate.Root[1..], StringComparison.Ordinal) == true;
            options.CreateSchemaReferenceId = type => type.Type.IsGenericType ? null : OpenApiOptions.CreateDefaultSchemaReferenceId(type)?.Replace("Resource", string.Empty, StringComparison.Ordinal);
            options.AddDocumentTransformer(new ApiFrame());
            options.AddOperationTransformer(new OperationWriter());
            var schemas = new AnswerSchemas();
            options.AddSchemaTransformer(schemas);
            options.AddDocumentTransformer(schemas);
        });

        // The document describes types as these options write them.
        services.ConfigureHttpJsonOptions(options => Envelope.Configure(options.SerializerOptions));
        services.AddSingleton<ApiDocument>();
    }

    /// <summary>For anybody: the paths are no secret.</summary>
    public static void MapApiDocumentation(this WebApplication app) =>
        app.MapGet(ApiDocument.Path, async (ApiDocument document) => TypedResults.Bytes(await document.Json, "application/json")).ExcludeFromDescription();
}
