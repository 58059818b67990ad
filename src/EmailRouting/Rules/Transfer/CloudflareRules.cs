using System.Collections.Immutable;
using System.Text.Json;

namespace EmailRouting.Rules.Transfer;

/// <summary>
/// Rules as Cloudflare's API gives them: the answer of <c>…/email/routing/rules</c> (or its <c>result</c> alone), or an object with <c>rules</c>, <c>catch_all</c> and
/// <c>addresses</c>, each as the API gives it.
/// </summary>
internal static class CloudflareRules
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    public static TransferReading Read(string text, string? domain)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(text, Strict);
            return Read(json.RootElement, domain);
        }
        catch (JsonException e)
        {
            return TransferReading.Unreadable($"Line {e.LineNumber + 1}: this is no JSON.");
        }
        catch (InvalidOperationException)
        {
            return TransferReading.Unreadable("The file is JSON, but has half of a surrogate pair in a text.");
        }
    }

    private static TransferReading Read(JsonElement root, string? domain)
    {
        JsonElement rules = Inner(root);
        JsonElement addresses = default, catchAll = default;
        if (rules.ValueKind == JsonValueKind.Object)
        {
            domain ??= Text(rules, "zone_name") ?? Text(rules, "zone") ?? (rules.TryGetProperty("zone", out JsonElement zone) ? Text(zone, "name") : null) ?? Text(rules, "name");
            addresses = rules.TryGetProperty("addresses", out JsonElement listed) ? Inner(listed) : default;
            catchAll = rules.TryGetProperty("catch_all", out JsonElement one) ? Inner(one) : default;
            rules = rules.TryGetProperty("rules", out JsonElement some) ? Inner(some) : default;
        }

        if (rules.ValueKind != JsonValueKind.Array && catchAll.ValueKind != JsonValueKind.Object)
        {
            return TransferReading.Unreadable("The file has no rules: it must be the answer of Cloudflare's API to …/email/routing/rules, or an object with rules.");
        }

        var gathering = new RuleGathering();
        ImmutableArray<JsonElement> all = rules.ValueKind == JsonValueKind.Array ? [.. rules.EnumerateArray()] : [];
        domain ??= all.Select(rule => Matcher(rule) is { } matcher && Text(matcher, "value") is { } value ? value[(value.LastIndexOf('@') + 1)..] : null).FirstOrDefault(d => d is not null);
        if (addresses.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement address in addresses.EnumerateArray())
            {
                gathering.AddAddress(
                    "addresses", Text(address, "email") ?? string.Empty, DateTimeOffset.TryParse(Text(address, "verified"), null, out DateTimeOffset verified) ? verified : null);
            }
        }

        for (int i = 0; i < all.Length; i++)
        {
            ReadRule(gathering, $"rules[{i}]", all[i], domain);
        }

        if (catchAll.ValueKind == JsonValueKind.Object)
        {
            ReadRule(gathering, "catch_all", catchAll, domain);
        }

        return gathering.End();
    }

    private static void ReadRule(RuleGathering gathering, string place, JsonElement rule, string? domain)
    {
        if (Matcher(rule) is not { } matcher || !rule.TryGetProperty("actions", out JsonElement actions) || actions.ValueKind != JsonValueKind.Array || actions.GetArrayLength() != 1)
        {
            gathering.Problem(place, "It is no rule: it needs one matcher and one action.");
            return;
        }

        string? pattern = Text(matcher, "type") switch
        {
            "literal" => Text(matcher, "value"),
            "all" => domain is null ? null : $"*@{domain}",
            _ => null,
        };
        if (pattern is null)
        {
            gathering.Problem(place, "Its matcher is neither a literal address, nor the catch-all of a domain that is known: name the domain.");
            return;
        }

        JsonElement action = actions[0];
        string? type = Text(action, "type");
        bool isEnabled = !rule.TryGetProperty("enabled", out JsonElement enabled) || enabled.ValueKind != JsonValueKind.False;

        // What a zone has where nobody has ever set a catch-all: here that is no rule at all.
        if (type == "drop" && !isEnabled && pattern.StartsWith("*@", StringComparison.Ordinal))
        {
            gathering.AddDomain(pattern[2..]);
            return;
        }

        if (type is not ("forward" or "drop"))
        {
            gathering.Problem(place, $"The action {FieldText.Quoted(type ?? string.Empty)} of {FieldText.Quoted(pattern)} is not to be had here; it must be forward or drop.");
            return;
        }

        gathering.Add(place, new RuleRecord
        {
            Pattern = pattern,
            Action = type == "drop" ? RuleRecord.Drop : RuleRecord.Forward,
            To = type == "drop" ? [] : Values(action),
            Enabled = isEnabled,
            Name = Text(rule, "name") is { Length: > 0 } name ? name : null,
            Priority = rule.TryGetProperty("priority", out JsonElement priority) && priority.ValueKind == JsonValueKind.Number && priority.TryGetInt32(out int number) ? number : 0,
        });
    }

    private static ImmutableArray<string> Values(JsonElement action) =>
        action.TryGetProperty("value", out JsonElement value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)]
            : [];

    private static JsonElement? Matcher(JsonElement rule) =>
        rule.ValueKind == JsonValueKind.Object && rule.TryGetProperty("matchers", out JsonElement matchers) && matchers.ValueKind == JsonValueKind.Array
        && matchers.GetArrayLength() == 1 && matchers[0].ValueKind == JsonValueKind.Object
            ? matchers[0]
            : null;

    /// <summary>Of an envelope, what is in it.</summary>
    private static JsonElement Inner(JsonElement json) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty("result", out JsonElement result) ? result : json;

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
