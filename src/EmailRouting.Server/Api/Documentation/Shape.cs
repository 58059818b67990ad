using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace EmailRouting.Server.Api.Documentation;

/// <summary>JSON Schema for what is read by hand: the counterpart of <see cref="JsonFields"/>.</summary>
internal static class Shape
{
    public static OpenApiSchema Text(int? max = null, int? min = null) => new() { Type = JsonSchemaType.String, MinLength = min, MaxLength = max };

    /// <param name="unset">What holds where it is left out.</param>
    /// <param name="words">The only ones allowed.</param>
    public static OpenApiSchema Word(string? unset, params string[] words) =>
        new() { Type = JsonSchemaType.String, Enum = [.. words.Select(word => JsonValue.Create(word))], Default = unset is null ? null : JsonValue.Create(unset) };

    public static OpenApiSchema Flag(bool? unset = null) => new() { Type = JsonSchemaType.Boolean, Default = unset is { } value ? JsonValue.Create(value) : null };

    public static OpenApiSchema Number(int min, int? max, int? unset = null) => new()
    {
        Type = JsonSchemaType.Integer,
        Minimum = min.ToString(CultureInfo.InvariantCulture),
        Maximum = max?.ToString(CultureInfo.InvariantCulture),
        Default = unset is { } value ? JsonValue.Create(value) : null,
    };

    /// <summary>RFC 3339, with its zone.</summary>
    public static OpenApiSchema Instant() => new() { Type = JsonSchemaType.String, Format = "date-time" };

    public static OpenApiSchema Id() => new() { Type = JsonSchemaType.String, Pattern = "^[0-9a-f]{32}$" };

    public static OpenApiSchema List(OpenApiSchema items, int? max = null, int? min = null) =>
        new() { Type = JsonSchemaType.Array, Items = items, MinItems = min, MaxItems = max };

    public static OpenApiSchema Object(params Field[] fields) => new()
    {
        Type = JsonSchemaType.Object,
        Properties = fields.ToDictionary(field => field.Name, field => field.Described),
        Required = fields.Where(field => field.IsRequired).Select(field => field.Name).ToHashSet(),
    };

    public static OpenApiSchema OneOf(params OpenApiSchema[] cases) => new() { OneOf = [.. cases] };

    public static OpenApiSchema Titled(this OpenApiSchema schema, string title)
    {
        schema.Title = title;
        return schema;
    }

    /// <summary>Null unsets it.</summary>
    public static OpenApiSchema OrNull(this OpenApiSchema schema)
    {
        schema.Type |= JsonSchemaType.Null;
        return schema;
    }
}

/// <summary>A field of an object in a body.</summary>
internal sealed record Field(string Name, string Description, OpenApiSchema Schema)
{
    public bool IsRequired { get; init; }

    public IOpenApiSchema Described
    {
        get
        {
            Schema.Description = Description;
            return Schema;
        }
    }

    public static Field Required(string name, string description, OpenApiSchema schema) => new(name, description, schema) { IsRequired = true };

    public static Field Optional(string name, string description, OpenApiSchema schema) => new(name, description, schema);
}
