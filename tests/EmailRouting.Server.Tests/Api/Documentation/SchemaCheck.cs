using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace EmailRouting.Server.Tests.Api.Documentation;

/// <summary>What of a value does not fit its schema. Stricter than JSON Schema: a field that the schema does not name is a mistake of the document.</summary>
internal static class SchemaCheck
{
    public static IEnumerable<string> Problems(DocumentedApi api, JsonNode? schema, JsonNode? value, string at)
    {
        if (schema is null)
        {
            return [$"{at}: no schema"];
        }

        JsonObject rules = api.Resolve(schema);
        return (rules["oneOf"] ?? rules["anyOf"]) is JsonArray cases
            ? cases.Any(one => !Problems(api, one, value, at).Any()) ? [] : [$"{at}: {Show(value)} fits none of the cases"]
            : TypeProblems(rules, value, at) is { Count: > 0 } wrong ? wrong
            : ValueProblems(api, rules, value, at);
    }

    private static List<string> TypeProblems(JsonObject rules, JsonNode? value, string at)
    {
        string[] types = rules["type"] switch
        {
            JsonArray several => [.. several.Select(type => type!.GetValue<string>())],
            JsonValue one => [one.GetValue<string>()],
            _ => [],
        };
        string kind = value?.GetValueKind() switch
        {
            null or JsonValueKind.Null => "null",
            JsonValueKind.True or JsonValueKind.False => "boolean",
            JsonValueKind.String => "string",
            JsonValueKind.Number => "integer",
            JsonValueKind.Array => "array",
            _ => "object",
        };
        return types.Length == 0 || types.Contains(kind) || (kind == "integer" && types.Contains("number")) ? [] : [$"{at}: {Show(value)} is no {string.Join(" or ", types)}"];
    }

    private static IEnumerable<string> ValueProblems(DocumentedApi api, JsonObject rules, JsonNode? value, string at)
    {
        if (rules["enum"] is JsonArray words && !words.Any(word => JsonNode.DeepEquals(word, value)))
        {
            yield return $"{at}: {Show(value)} is not one of {words.ToJsonString()}";
        }

        switch (value)
        {
            case JsonObject json:
                foreach (string problem in ObjectProblems(api, rules, json, at))
                {
                    yield return problem;
                }

                break;

            case JsonArray list:
                if (list.Count < (rules["minItems"]?.GetValue<int>() ?? 0) || list.Count > (rules["maxItems"]?.GetValue<int>() ?? int.MaxValue))
                {
                    yield return $"{at}: {list.Count} entries";
                }

                foreach (string problem in list.SelectMany((item, i) => Problems(api, rules["items"], item, $"{at}[{i}]")))
                {
                    yield return problem;
                }

                break;

            case JsonValue text when text.GetValueKind() == JsonValueKind.String:
                string word = text.GetValue<string>();
                if (rules["pattern"] is JsonValue pattern && !Regex.IsMatch(word, pattern.GetValue<string>()))
                {
                    yield return $"{at}: '{word}' does not match {pattern}";
                }

                if (word.Length < (rules["minLength"]?.GetValue<int>() ?? 0) || word.Length > (rules["maxLength"]?.GetValue<int>() ?? int.MaxValue))
                {
                    yield return $"{at}: '{word}' has {word.Length} characters";
                }

                if (rules["format"]?.GetValue<string>() == "date-time" && !Regex.IsMatch(word, @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"))
                {
                    yield return $"{at}: '{word}' is no time";
                }

                break;

            case JsonValue number when number.GetValueKind() == JsonValueKind.Number:
                if (Number(number) < Number(rules["minimum"]) || Number(number) > Number(rules["maximum"]))
                {
                    yield return $"{at}: {number} is out of range";
                }

                break;
        }
    }

    private static IEnumerable<string> ObjectProblems(DocumentedApi api, JsonObject rules, JsonObject json, string at)
    {
        foreach (string name in rules["required"]?.AsArray().Select(name => name!.GetValue<string>()) ?? [])
        {
            if (!json.ContainsKey(name))
            {
                yield return $"{at}: {name} is missing";
            }
        }

        if (rules["properties"] is not JsonObject properties)
        {
            yield break;
        }

        foreach ((string name, JsonNode? field) in json)
        {
            foreach (string problem in properties[name] is { } schema ? Problems(api, schema, field, $"{at}.{name}") : [$"{at}: {name} is not documented"])
            {
                yield return problem;
            }
        }
    }

    // A number that is not there compares as neither too small nor too large.
    private static double Number(JsonNode? node) => node is null ? double.NaN : double.Parse(node.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture);

    private static string Show(JsonNode? value) => value?.ToJsonString() ?? "null";
}
