using System.Text.Json;
using System.Text.Json.Nodes;

namespace EmailRouting.Server.Tests.Api.Documentation;

/// <summary>Whether a real answer has the fields of the example, no more and no fewer.</summary>
internal static class SameShape
{
    public static IEnumerable<string> Differences(JsonNode? example, JsonNode? real, string at) => (example, real) switch
    {
        (null, _) or (_, null) => [],

        // Counts by a word: which words occur is not the shape's to say.
        (JsonObject { Count: > 0 } one, JsonObject) when one.All(field => field.Value?.GetValueKind() == JsonValueKind.Number) => [],
        (JsonObject one, JsonObject other) =>
        [
            .. one.Select(field => field.Key).Except(other.Select(field => field.Key)).Select(name => $"{at}: {name} is in the example only"),
            .. other.Select(field => field.Key).Except(one.Select(field => field.Key)).Select(name => $"{at}: {name} is not in the example"),
            .. one.Where(field => other.ContainsKey(field.Key)).SelectMany(field => Differences(field.Value, other[field.Key], $"{at}.{field.Key}")),
        ],

        // Remarks would mean that the request was not understood in full.
        (JsonArray { Count: 0 }, JsonArray list) => at.EndsWith(".messages", StringComparison.Ordinal) && list.Count > 0 ? [$"{at}: {list.ToJsonString()}"] : [],
        (JsonArray examples, JsonArray list) => examples.All(one => list.Any(other => !Differences(one, other, at).Any())) ? [] : [$"{at}: nothing in {list.ToJsonString()} looks like the example"],
        _ => Kind(example) == Kind(real) ? [] : [$"{at}: {real.ToJsonString()} is of another kind than {example.ToJsonString()}"],
    };

    private static JsonValueKind Kind(JsonNode node) => node.GetValueKind() is JsonValueKind.False ? JsonValueKind.True : node.GetValueKind();
}
