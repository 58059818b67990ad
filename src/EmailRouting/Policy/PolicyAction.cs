using System.Text.Json.Serialization;

namespace EmailRouting.Policy;

/// <summary>What a check may do to a message that it finds fault with. A later one may do all that those before it may.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PolicyAction>))]
public enum PolicyAction
{
    /// <summary>The check is not made.</summary>
    [JsonStringEnumMemberName("off")]
    Off,

    /// <summary>What it finds is written down; the message goes on, unchanged.</summary>
    [JsonStringEnumMemberName("tag")]
    Tag,

    /// <summary>The message is taken and held in the queue until the operator releases or drops it.</summary>
    [JsonStringEnumMemberName("quarantine")]
    Quarantine,

    /// <summary>The message is refused while its sender is connected.</summary>
    [JsonStringEnumMemberName("reject")]
    Reject,
}
