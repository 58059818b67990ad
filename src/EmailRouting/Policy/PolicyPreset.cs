using System.Text.Json.Serialization;

namespace EmailRouting.Policy;

/// <summary>A whole policy in one word: what a domain can begin with.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PolicyPreset>))]
public enum PolicyPreset
{
    [JsonStringEnumMemberName("off")]
    Off,

    /// <summary>Everything is looked at and written down, nothing is refused.</summary>
    [JsonStringEnumMemberName("tag")]
    Tag,

    /// <summary>What is certainly forged, or could not be answered, is refused.</summary>
    [JsonStringEnumMemberName("reject")]
    Reject,
}
