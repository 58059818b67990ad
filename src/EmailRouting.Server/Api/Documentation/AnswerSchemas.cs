using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace EmailRouting.Server.Api.Documentation;

/// <summary>What the types cannot say by themselves about how <see cref="Envelope.Json"/> writes them.</summary>
internal sealed class AnswerSchemas : IOpenApiSchemaTransformer, IOpenApiDocumentTransformer
{
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        Type type = context.JsonTypeInfo.Type;
        bool isNullable = Nullable.GetUnderlyingType(type) is not null && !IsLeftOutWhenNull(context.JsonPropertyInfo);
        if (Written(Nullable.GetUnderlyingType(type) ?? type) is { } written)
        {
            (schema.Type, schema.Format, schema.Pattern) = (written.Type, written.Format, written.Pattern);
            schema.Type |= isNullable ? JsonSchemaType.Null : default;
        }
        else if (schema.Type is { } kind && (IsLeftOutWhenNull(context.JsonPropertyInfo) || context.JsonPropertyInfo is { IsGetNullable: false }))
        {
            schema.Type = kind & ~JsonSchemaType.Null;
        }

        if (context.JsonTypeInfo is { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } element } && schema.Items is null)
        {
            schema.Items = Written(element);
        }

        // What is not left out is always there.
        if (context.JsonTypeInfo.Kind == JsonTypeInfoKind.Object && schema.Properties is { Count: > 0 } properties)
        {
            schema.Required = context.JsonTypeInfo.Properties.Where(p => properties.ContainsKey(p.Name) && !IsLeftOutWhenNull(p)).Select(p => p.Name).ToHashSet();
        }

        return Task.CompletedTask;
    }

    /// <summary>Whether a reference may be null is only added when the document is put together: it is taken from those that are left out instead.</summary>
    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        foreach (IOpenApiSchema schema in document.Components?.Schemas?.Values ?? [])
        {
            foreach ((string name, IOpenApiSchema property) in schema.Properties?.ToList() ?? [])
            {
                if (schema.Required?.Contains(name) != true)
                {
                    schema.Properties![name] = NotNull(property);
                }
            }
        }

        return Task.CompletedTask;
    }

    public static IOpenApiSchema NotNull(IOpenApiSchema schema)
    {
        if (schema is OpenApiSchema { Type: { } type } own)
        {
            own.Type = type & ~JsonSchemaType.Null;
        }

        return schema is { OneOf: [{ Type: JsonSchemaType.Null }, var only] } ? only : schema;
    }

    /// <summary>Of values that a converter writes, and of numbers, which are written as numbers.</summary>
    private static OpenApiSchema? Written(Type type) =>
        type == typeof(Guid) ? Shape.Id()
        : type == typeof(DateTimeOffset) ? Shape.Instant()
        : type == typeof(int) ? new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32" }
        : type == typeof(long) ? new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64" }
        : type == typeof(double) ? new OpenApiSchema { Type = JsonSchemaType.Number, Format = "double" }
        : null;

    private static bool IsLeftOutWhenNull(JsonPropertyInfo? property) =>
        property?.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true) is [JsonIgnoreAttribute { Condition: JsonIgnoreCondition.WhenWritingNull }, ..];
}
