using System.Collections.Immutable;
using System.Text.Json.Serialization;
using EmailRouting.Access;
using EmailRouting.Diagnosis;
using EmailRouting.Rules;
using EmailRouting.Server.Api.Documentation;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Api;

/// <summary>The DNS records of a zone. They are published by its owner: here stands what they must be, and whether they are.</summary>
internal static class RoutingDnsEndpoints
{
    public static void MapRoutingDns(this RouteGroupBuilder zone)
    {
        zone.MapGet("/email/routing/dns", Get).Needs(Scope.SettingsRead).Documented(DnsDocs.Get);
        zone.MapPost("/email/routing/dns", CreateAsync).Needs(Scope.SettingsEdit).Documented(DnsDocs.Create);
        zone.MapPatch("/email/routing/dns", (Zone zone, HttpRequest request, Caller caller, RuleBook book, RoutingSettings settings, IDbContextFactory<RulesDb> databases, CancellationToken cancellation) =>
                ChangeAsync(zone, request, book.As(caller.Actor), new DomainChange { DnsLocked = false }, settings, databases, cancellation)).Needs(Scope.SettingsEdit).Documented(DnsDocs.Edit);
        zone.MapDelete("/email/routing/dns", (Zone zone, HttpRequest request, Caller caller, RuleBook book, RoutingSettings settings, IDbContextFactory<RulesDb> databases, CancellationToken cancellation) =>
                ChangeAsync(zone, request, book.As(caller.Actor), new DomainChange { Enabled = false }, settings, databases, cancellation)).Needs(Scope.SettingsEdit).Documented(DnsDocs.Delete);
        zone.MapGet("/email/routing/dns/check", CheckAsync).Needs(Scope.SettingsRead).Documented(DnsDocs.Check);
    }

    private static IResult Get(Zone zone, string? subdomain, DomainRecords records)
    {
        if (string.IsNullOrEmpty(subdomain))
        {
            return Answer.Ok<IReadOnlyList<DnsRecordResource>>([.. records.Expected(zone.Name).Select(DnsRecordResource.Of)]);
        }

        return DomainName.TryParse(subdomain, out string? name) && name.EndsWith($".{zone.Name}", StringComparison.Ordinal)
            ? Answer.Ok(new SubdomainDns([.. records.Expected(name).Select(DnsRecordResource.Of)], []))
            : ZonePart.NotASubdomain(zone);
    }

    private static async Task<IResult> CreateAsync(
        Zone zone, HttpRequest request, Caller caller, RuleBook book, RoutingSettings settings, IDbContextFactory<RulesDb> databases, CancellationToken cancellation)
    {
        JsonFields body = await JsonBody.ReadObjectAsync(request);
        if (ZonePart.Name(zone, body, out string? name) is { } problem)
        {
            return problem;
        }

        if (name == zone.Name)
        {
            return ZonePart.NotASubdomain(zone);
        }

        RuleBook edits = book.As(caller.Actor);
        Guid? id = name is null ? zone.Id : zone.Subdomains.FirstOrDefault(d => d.Name == name)?.Id;
        if (id is null)
        {
            // A subdomain is as far proven as its zone is.
            Edit edit = await edits.AddDomainAsync(name!, zone.Domain.State, zone.Domain.SubAddressing, cancellation);
            if (edit is Edit.Refused refused)
            {
                return refused.ToFailure();
            }

            id = ((Edit.Done)edit).Id;
        }

        return await edits.ChangeDomainAsync(id.Value, new DomainChange { Enabled = true, DnsLocked = true }, null, cancellation) is Edit.Refused refusal
            ? refusal.ToFailure()
            : await RoutingSettingsEndpoints.ShowAsync(zone, settings, databases, cancellation);
    }

    private static async Task<IResult> ChangeAsync(
        Zone zone, HttpRequest request, RuleBook book, DomainChange change, RoutingSettings settings, IDbContextFactory<RulesDb> databases, CancellationToken cancellation)
    {
        JsonFields body = await JsonBody.ReadObjectAsync(request);
        return ZonePart.Find(zone, body, out Domain? part) is { } problem ? problem
            : await book.ChangeDomainAsync(part!.Id, change, null, cancellation) is Edit.Refused refused ? refused.ToFailure()
            : await RoutingSettingsEndpoints.ShowAsync(zone, settings, databases, cancellation);
    }

    private static async Task<IResult> CheckAsync(Zone zone, DomainRecords records, CancellationToken cancellation)
    {
        ImmutableArray<SeenRecord> seen = await records.LookAsync(zone.Name, cancellation);
        return Answer.Ok(new DnsCheck(
            seen.All(record => record.State == RecordState.Published || !record.Record.IsRequired),
            [.. seen.Select(record => new DnsRecordCheck(
                DnsRecordResource.Of(record.Record), record.Record.IsRequired, record.State, record.Seen, record.Problem, record.Remedy))]));
    }
}

internal sealed record DnsRecordResource(string Type, string Name, string Content, int Ttl)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Priority { get; init; }

    public static DnsRecordResource Of(DomainRecord record) => new(record.Type, record.Name, record.Content, record.Ttl) { Priority = record.Priority };
}

internal sealed record SubdomainDns(IReadOnlyList<DnsRecordResource> Record, IReadOnlyList<object> Errors);

/// <param name="Ready">Everything that is required is published.</param>
/// <param name="Records">Each with what is seen in its place.</param>
internal sealed record DnsCheck(bool Ready, IReadOnlyList<DnsRecordCheck> Records);

internal sealed record DnsRecordCheck(DnsRecordResource Expected, bool Required, RecordState State, IReadOnlyList<string> Seen, string? Problem, string? Remedy);
