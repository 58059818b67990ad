using System.Text.Json.Serialization;

namespace EmailRouting.Server.Api;

internal sealed record TokenState(Guid Id, string Status)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ExpiresOn { get; init; }
}

internal sealed record UserResource(Guid Id, string? Email, string Username);

internal sealed record Membership(Guid Id, string Status, AccountResource Account);
