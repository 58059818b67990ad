using EmailRouting.Access;
using EmailRouting.Rules;
using EmailRouting.Server.Api.Documentation;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Api;

/// <summary>Email routing of a zone: on or off, and what goes with it.</summary>
internal static class RoutingSettingsEndpoints
{
    public static void MapRoutingSettings(this RouteGroupBuilder zone, RouteGroupBuilder account)
    {
        zone.MapGet("/email/routing", GetAsync).Needs(Scope.SettingsRead).Documented(SettingsDocs.Get);
        zone.MapPatch("/email/routing", EditAsync).Needs(Scope.SettingsEdit).Documented(SettingsDocs.Edit);
        zone.MapPut("/email/routing", EditAsync).Needs(Scope.SettingsEdit).Documented(SettingsDocs.Update);
        Switch(zone, "enable", new DomainChange { Enabled = true }, SettingsDocs.Enable);
        Switch(zone, "disable", new DomainChange { Enabled = false }, SettingsDocs.Disable);
        Switch(zone, "unlock", new DomainChange { DnsLocked = false }, SettingsDocs.Unlock);
        account.MapGet("/email/routing/zones", ListAsync).Needs(Scope.SettingsRead).Documented(SettingsDocs.List);
    }

    private static void Switch(RouteGroupBuilder zone, string word, DomainChange change, OperationDoc documentation) =>
        zone.MapPost($"/email/routing/{word}", async (Zone zone, HttpRequest request, Caller caller, RuleBook book, RoutingSettings settings, IDbContextFactory<RulesDb> databases, CancellationToken cancellation) =>
            {
                JsonFields body = await JsonBody.ReadObjectAsync(request);
                return ZonePart.Find(zone, body, out Domain? part) is { } problem ? problem
                    : await book.As(caller.Actor).ChangeDomainAsync(part!.Id, change, null, cancellation) is Edit.Refused refused ? refused.ToFailure()
                    : await ShowAsync(zone, settings, databases, cancellation);
            })
            .Needs(Scope.SettingsEdit).Documented(documentation);

    private static async Task<IResult> GetAsync(Zone zone, RoutingSettings settings, CancellationToken cancellation) =>
        new ApiSuccess<SettingsResource>(await settings.OfAsync(zone, cancellation)) { Revision = zone.Domain.Revision };

    private static async Task<IResult> EditAsync(
        Zone zone, HttpRequest request, Caller caller, RuleBook book, RoutingSettings settings, IDbContextFactory<RulesDb> databases, CancellationToken cancellation)
    {
        if (EntityTag.TryReadIfMatch(request, out int? revision) is { } unreadable)
        {
            return unreadable;
        }

        JsonFields body = await JsonBody.ReadObjectAsync(request);

        // Whether mail is received is changed by enable and disable alone: clients send this field along with the others, and do not mean it.
        _ = body.Flag("enabled");
        ForwardingProfile? profile = null;
        if (body.Text("profile", 40) is { } words && !ProfileWords.TryParse(words, out profile))
        {
            body.Wrong("profile", $"'{Shown.Text(words)}' must be {ProfileWords.Allowed}");
        }

        var change = new DomainChange
        {
            Profile = profile,
            SkipWizard = body.Flag("skip_wizard"),
            SubAddressing = body.Flag("support_subaddress"),

            // Null in the body leaves it to the rules again.
            Contact = body.Has("contact") ? body.Text("contact", 254) ?? string.Empty : null,
            Policy = PolicyResource.Read(body),
        };
        body.RemarkOnOthers();
        if (!body.IsValid)
        {
            return ApiErrors.Invalid(body.Problems);
        }

        return await book.As(caller.Actor).ChangeDomainAsync(zone.Id, change, revision, cancellation) is Edit.Refused refused
            ? refused.ToFailure()
            : await ShowAsync(zone, settings, databases, cancellation, body.Remarks);
    }

    private static async Task<IResult> ListAsync(
        Caller caller, Paging paging, RoutingSettings settings, IDbContextFactory<RulesDb> databases, CancellationToken cancellation)
    {
        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        IQueryable<Domain> zones = db.Domains.AsNoTracking();
        if (caller.Domains is { } own)
        {
            Guid[] ids = [.. own];
            zones = zones.Where(d => ids.Contains(d.Id));
        }

        int total = await zones.CountAsync(cancellation);
        List<Domain> page = await zones.OrderBy(d => d.Name).Skip(paging.Skip).Take(paging.PerPage).ToListAsync(cancellation);
        return Answer.Page(await Task.WhenAll(page.Select(domain => settings.OfAsync(domain, cancellation))), paging, total);
    }

    internal static async Task<IResult> ShowAsync(
        Zone zone, RoutingSettings settings, IDbContextFactory<RulesDb> databases, CancellationToken cancellation, IReadOnlyList<ApiError>? remarks = null)
    {
        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        return await Zone.FindAsync(db, zone.Id, cancellation) is { } changed
            ? new ApiSuccess<SettingsResource>(await settings.OfAsync(changed, cancellation)) { Revision = changed.Domain.Revision, Messages = remarks ?? [] }
            : ApiErrors.Missing("zone");
    }
}
