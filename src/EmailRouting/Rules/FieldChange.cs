using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EmailRouting.Rules;

/// <summary>One member of a rule that a change has changed.</summary>
/// <param name="Field">As <see cref="RuleRecord"/> writes it.</param>
/// <param name="Before">As text, the items of a list separated by commas; null where it was not set, or there was no rule.</param>
/// <param name="After">Likewise.</param>
public sealed record FieldChange(string Field, string? Before, string? After)
{
    /// <summary>What is different, in the order of the record's members.</summary>
    /// <param name="before">Null: the rule was created.</param>
    /// <param name="after">Null: the rule was removed.</param>
    public static ImmutableArray<FieldChange> Between(RuleRecord? before, RuleRecord? after)
    {
        JsonObject old = Members(before), current = Members(after);
        return
        [
            .. RuleRecordJson.Default.RuleRecord.Properties
                .Select(member => new FieldChange(member.Name, Show(old[member.Name]), Show(current[member.Name])))
                .Where(change => change.Before != change.After),
        ];
    }

    private static JsonObject Members(RuleRecord? record) =>
        record is null ? [] : JsonSerializer.SerializeToNode(record, RuleRecordJson.Default.RuleRecord)!.AsObject();

    private static string? Show(JsonNode? value) => value switch
    {
        null or JsonArray { Count: 0 } => null,
        JsonArray items => string.Join(", ", items.Select(item => item?.ToString())),
        _ => value.ToString(),
    };
}
