using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmailRouting.Activity;

/// <summary>The checks of a message in one column: JSON, null where there were none.</summary>
internal static class CheckText
{
    public static string? Write(ImmutableArray<CheckRecord> checks) => checks.IsEmpty ? null : JsonSerializer.Serialize(checks, CheckJson.Default.ImmutableArrayCheckRecord);

    public static ImmutableArray<CheckRecord> Read(string? text) => text is null ? [] : JsonSerializer.Deserialize(text, CheckJson.Default.ImmutableArrayCheckRecord);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ImmutableArray<CheckRecord>))]
internal sealed partial class CheckJson : JsonSerializerContext;
