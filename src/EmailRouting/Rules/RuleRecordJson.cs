using System.Text.Json.Serialization;

namespace EmailRouting.Rules;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RuleRecord))]
internal sealed partial class RuleRecordJson : JsonSerializerContext;
