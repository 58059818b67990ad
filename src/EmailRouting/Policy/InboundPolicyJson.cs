using System.Text.Json.Serialization;

namespace EmailRouting.Policy;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(InboundPolicy))]
internal sealed partial class InboundPolicyJson : JsonSerializerContext;
