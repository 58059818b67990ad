using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmailRouting.Server.Api;

/// <summary>What every answer of the API is wrapped in.</summary>
/// <param name="Result">What was asked for, or how it is now.</param>
internal sealed record Envelope<T>(T Result)
{
    public bool Success { get; init; } = true;

    public IReadOnlyList<ApiError> Errors { get; init; } = [];

    /// <summary>What was done, but perhaps not as it was meant: a field that is not known, a value that was cut.</summary>
    public IReadOnlyList<ApiError> Messages { get; init; } = [];

    /// <summary>Of lists.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public object? ResultInfo { get; init; }
}

/// <summary>How an envelope is written.</summary>
internal static class Envelope
{
    /// <summary>snake_case, nulls written, instants as RFC 3339 in UTC, ids as 32 hexadecimal digits.</summary>
    public static readonly JsonSerializerOptions Json = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    /// <summary>Makes others write as we do.</summary>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;

        // It is JSON and nothing else (nosniff): only what JSON itself asks for is escaped, so that people can read it.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new InstantText());
        options.Converters.Add(new IdText());
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower));
        return options;
    }

    public static Task WriteAsync<T>(HttpResponse response, Envelope<T> envelope, CancellationToken cancellation)
    {
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-store";
        return response.WriteAsJsonAsync(envelope, Json, "application/json", cancellation);
    }

    /// <summary>Strictly RFC 3339, with a Z: Terraform parses it.</summary>
    private sealed class InstantText : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            DateTimeOffset.Parse(reader.GetString() ?? string.Empty, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
    }

    private sealed class IdText : JsonConverter<Guid>
    {
        public override Guid Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Guid.ParseExact(reader.GetString() ?? string.Empty, "N");

        public override void Write(Utf8JsonWriter writer, Guid value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString("N"));
    }
}
