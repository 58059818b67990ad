using EmailRouting.Storage;

namespace EmailRouting.Server.Api;

/// <summary>A domain of ours, in the shape that clients of Cloudflare's API require of a zone.</summary>
internal sealed record ZoneResource(
    Guid Id, string Name, string Status, bool Paused, string Type, ZoneAccount Account, DateTimeOffset CreatedOn, DateTimeOffset ModifiedOn, DateTimeOffset? ActivatedOn)
{
    public int DevelopmentMode { get; }

    public object Meta { get; } = new { };

    public IReadOnlyList<string> NameServers { get; } = [];

    public string? OriginalDnshost { get; }

    public IReadOnlyList<string>? OriginalNameServers { get; }

    public string? OriginalRegistrar { get; }

    public ZoneOwner Owner => new(Account.Id, Account.Name, "organization");

    public ZonePlan Plan { get; } = new("00000000000000000000000000000000", "Self-hosted");

    public IReadOnlyList<string> Permissions { get; } = [];

    public static ZoneResource Of(Domain domain, Account account) => new(
        domain.Id,
        domain.Name,
        domain.State == DomainState.Live ? "active" : "pending",
        domain.Paused,
        "full",
        new ZoneAccount(account.Id, Api.Account.Name),
        domain.CreatedAt,
        domain.ModifiedAt,
        domain.State == DomainState.Live ? domain.CreatedAt : null);
}

internal sealed record ZoneAccount(Guid Id, string Name);

internal sealed record ZoneOwner(Guid Id, string Name, string Type);

internal sealed record ZonePlan(string Id, string Name);
