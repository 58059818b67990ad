using System.Collections.Immutable;
using System.Text.Json.Serialization;
using EmailRouting.Diagnosis;
using EmailRouting.Policy;
using EmailRouting.Rules;
using EmailRouting.Storage;

namespace EmailRouting.Server.Api;

/// <summary>The settings of a zone as they are shown, with their status: what the DNS says is part of it.</summary>
internal sealed class RoutingSettings(DomainRecords records, TimeProvider clock)
{
    // A page must not wait for a name server that is silent.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<SettingsResource> OfAsync(Zone zone, CancellationToken cancellation)
    {
        SettingsResource settings = (await OfAsync(zone.Domain, cancellation)) with { Contact = zone.Domain.Contact?.Address };
        SubdomainResource[] subdomains = await Task.WhenAll(zone.Subdomains.Select(async sub =>
            new SubdomainResource(sub.Id, sub.Id, sub.Name, sub.Enabled, await StatusAsync(sub, cancellation))));
        return settings with { Subdomains = subdomains };
    }

    public async Task<SettingsResource> OfAsync(Domain domain, CancellationToken cancellation) => new(
        domain.Id,
        domain.Id,
        domain.Name,
        domain.Enabled,
        domain.CreatedAt,
        domain.ModifiedAt,
        domain.SkipWizard,
        await StatusAsync(domain, cancellation),
        domain.SubAddressing,
        [])
    {
        Profile = domain.Profile.Text(),
        Policy = PolicyResource.Of(InboundPolicy.FromText(domain.Policy)),
    };

    /// <summary>Where the DNS does not answer nothing is known to be wrong.</summary>
    private async Task<string> StatusAsync(Domain domain, CancellationToken cancellation)
    {
        if (!domain.Enabled)
        {
            return "unconfigured";
        }

        if (!domain.DnsLocked)
        {
            return "unlocked";
        }

        ImmutableArray<SeenRecord> seen = await LookAsync(domain.Name, cancellation);
        return seen.Any(record => record is { Record.IsRequired: true, State: RecordState.Missing or RecordState.Different }) ? "misconfigured" : "ready";
    }

    private async Task<ImmutableArray<SeenRecord>> LookAsync(string domain, CancellationToken cancellation)
    {
        try
        {
            return await records.LookAsync(domain, cancellation).WaitAsync(Patience, clock, cancellation);
        }
        catch (TimeoutException)
        {
            return [];
        }
    }
}

internal sealed record SettingsResource(
    Guid Id,
    Guid Tag,
    string Name,
    bool Enabled,
    DateTimeOffset Created,
    DateTimeOffset Modified,
    bool SkipWizard,
    string Status,
    bool SupportSubaddress,
    IReadOnlyList<SubdomainResource> Subdomains)
{
    /// <summary>What is done to the mail that is forwarded for it.</summary>
    public string Profile { get; init; } = ForwardingProfile.Transparent.Text();

    public PolicyResource Policy { get; init; } = PolicyResource.Of(InboundPolicy.Off);

    /// <summary>Who gets <c>postmaster@</c> and <c>abuse@</c>; absent where that is found by the rules.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Contact { get; init; }
}

internal sealed record SubdomainResource(Guid Id, Guid Tag, string Name, bool Enabled, string Status);
