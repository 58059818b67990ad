using EmailRouting.Access;
using EmailRouting.Diagnosis;
using EmailRouting.Rules;
using EmailRouting.Server.Api.Documentation;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Api;

/// <summary>Zones: the domains of ours.</summary>
internal static class ZoneEndpoints
{
    private static readonly string[] Operators = ["equal", "not_equal", "starts_with", "ends_with", "contains"];

    public static void MapZones(this RouteGroupBuilder root, RouteGroupBuilder zone)
    {
        root.MapGet("/zones", ListAsync).Needs(Scope.ZonesRead).Documented(ZoneDocs.List);
        root.MapPost("/zones", CreateAsync).Needs(Scope.ZonesEdit).Documented(ZoneDocs.Create);
        zone.MapGet(string.Empty, (Zone zone, Account account) => Answer.Ok(ZoneResource.Of(zone.Domain, account))).Needs(Scope.ZonesRead).Documented(ZoneDocs.Get);
        zone.MapPatch(string.Empty, EditAsync).Needs(Scope.ZonesEdit).Documented(ZoneDocs.Edit);
        zone.MapPut("/activation_check", CheckAsync).Needs(Scope.ZonesEdit).Documented(ZoneDocs.Check);
        zone.MapDelete(string.Empty, DeleteAsync).Needs(Scope.ZonesEdit).Documented(ZoneDocs.Delete);
    }

    private static async Task<IResult> ListAsync(
        HttpRequest request, Caller caller, Paging paging, Account account, IDbContextFactory<RulesDb> databases, CancellationToken cancellation)
    {
        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        IQueryable<Domain> zones = db.Domains.AsNoTracking();
        if (caller.Domains is { } own)
        {
            Guid[] ids = [.. own];
            zones = zones.Where(d => ids.Contains(d.Id));
        }

        List<Func<IQueryable<Domain>, IQueryable<Domain>>> filters = Filters(request.Query, account);
        bool isAny = QueryWord.Of(request.Query, "match", "all", "any", "all") == "any" && filters.Count > 1;
        zones = isAny ? filters.Select(filter => filter(zones)).Aggregate((a, b) => a.Union(b)) : filters.Aggregate(zones, (all, filter) => filter(all));

        bool isDescending = QueryWord.Of(request.Query, "direction", "asc", "asc", "desc") == "desc";
        string order = QueryWord.Of(request.Query, "order", "name", "name", "status", "account.id", "account.name", "plan.id");
        zones = order == "status"
            ? isDescending ? zones.OrderByDescending(d => d.State).ThenBy(d => d.Name) : zones.OrderBy(d => d.State).ThenBy(d => d.Name)
            : isDescending ? zones.OrderByDescending(d => d.Name) : zones.OrderBy(d => d.Name);

        int total = await zones.CountAsync(cancellation);
        List<Domain> page = await zones.Skip(paging.Skip).Take(paging.PerPage).ToListAsync(cancellation);
        return Answer.Page(page.ConvertAll(d => ZoneResource.Of(d, account)), paging, total);
    }

    private static List<Func<IQueryable<Domain>, IQueryable<Domain>>> Filters(IQueryCollection query, Account account)
    {
        var filters = new List<Func<IQueryable<Domain>, IQueryable<Domain>>>();
        if (query["name"].ToString() is { Length: > 0 } name)
        {
            filters.Add(zones => ByName(zones, name));
        }

        if (query["status"].ToString() is { Length: > 0 } status)
        {
            filters.Add(zones => status switch
            {
                "active" => zones.Where(d => d.State == DomainState.Live),
                "pending" => zones.Where(d => d.State == DomainState.Pending),
                _ => zones.Where(d => false),
            });
        }

        if (query["type"] is { Count: > 0 } types && !types.Any(type => type?.Split(',').Contains("full") == true))
        {
            filters.Add(zones => zones.Where(d => false));
        }

        if (query["account.id"].ToString() is { Length: > 0 } id)
        {
            filters.Add(zones => Value(id) == account.Id.ToString("N") ? zones : zones.Where(d => false));
        }

        if (query["account.name"].ToString() is { Length: > 0 } accountName)
        {
            filters.Add(zones => Value(accountName) == Account.Name ? zones : zones.Where(d => false));
        }

        return filters;
    }

    /// <summary><c>example.com</c>, or an operator before it as in <c>contains:example</c>.</summary>
    private static IQueryable<Domain> ByName(IQueryable<Domain> zones, string text)
    {
        string word = Value(text).ToLowerInvariant();

        // A whole name may be typed in Unicode.
        string name = DomainName.TryParse(word, out string? parsed) ? parsed : word;
        return Operator(text) switch
        {
            "not_equal" => zones.Where(d => d.Name != name),
            "starts_with" => zones.Where(d => d.Name.StartsWith(word)),
            "ends_with" => zones.Where(d => d.Name.EndsWith(word)),
            "contains" => zones.Where(d => d.Name.Contains(word)),
            _ => zones.Where(d => d.Name == name),
        };
    }

    private static string Operator(string text) => text.IndexOf(':', StringComparison.Ordinal) is > 0 and int end && Operators.Contains(text[..end]) ? text[..end] : "equal";

    private static string Value(string text) => text.IndexOf(':', StringComparison.Ordinal) is > 0 and int end && Operators.Contains(text[..end]) ? text[(end + 1)..] : text;

    private static async Task<IResult> CreateAsync(
        HttpRequest request, Caller caller, Account account, RuleBook book, IDbContextFactory<RulesDb> databases, CancellationToken cancellation)
    {
        JsonFields body = await JsonBody.ReadObjectAsync(request);
        string? name = body.Text("name", 253);
        if (name is null && body.IsValid)
        {
            body.Missing("name", "a domain such as example.com");
        }

        if (body.Object("account") is { } named && named.Text("id", 100) is { } id && id != account.Id.ToString("N"))
        {
            named.Wrong("id", $"'{Shown.Text(id)}' is not the account of this installation, which is {account.Id:N}");
        }

        if (body.Text("type", 20) is { } type && type != "full")
        {
            body.Wrong("type", $"'{Shown.Text(type)}' must be full");
        }

        body.RemarkOnOthers("jump_start");
        if (!body.IsValid)
        {
            return ApiErrors.Invalid(body.Problems);
        }

        if (caller.Domains is not null)
        {
            return ApiErrors.Forbidden("this token is limited to its domains and cannot add others");
        }

        Edit edit = await book.As(caller.Actor).AddDomainAsync(name!, DomainState.Live, subAddressing: false, cancellation);
        if (edit is Edit.Refused refused)
        {
            return refused.ToFailure();
        }

        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        Domain domain = await db.Domains.AsNoTracking().SingleAsync(d => d.Id == ((Edit.Done)edit).Id, cancellation);
        return new ApiSuccess<ZoneResource>(ZoneResource.Of(domain, account)) { Messages = body.Remarks, Revision = domain.Revision };
    }

    private static async Task<IResult> EditAsync(
        Zone zone, HttpRequest request, Caller caller, Account account, RuleBook book, IDbContextFactory<RulesDb> databases, CancellationToken cancellation)
    {
        if (EntityTag.TryReadIfMatch(request, out int? revision) is { } unreadable)
        {
            return unreadable;
        }

        JsonFields body = await JsonBody.ReadObjectAsync(request);
        var change = new DomainChange { Paused = body.Flag("paused") };
        if (body.Text("type", 20) is { } type && type != "full")
        {
            body.Wrong("type", $"'{Shown.Text(type)}' must be full");
        }

        body.RemarkOnOthers("plan");
        if (!body.IsValid)
        {
            return ApiErrors.Invalid(body.Problems);
        }

        if (await book.As(caller.Actor).ChangeDomainAsync(zone.Id, change, revision, cancellation) is Edit.Refused refused)
        {
            return refused.ToFailure();
        }

        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        return await db.Domains.AsNoTracking().SingleOrDefaultAsync(d => d.Id == zone.Id, cancellation) is { } domain
            ? new ApiSuccess<ZoneResource>(ZoneResource.Of(domain, account)) { Messages = body.Remarks, Revision = domain.Revision }
            : ApiErrors.Missing("zone");
    }

    /// <summary>The look that is taken every minute anyway, at once.</summary>
    private static async Task<IResult> CheckAsync(Zone zone, Caller caller, RuleBook book, DomainProof proof, CancellationToken cancellation)
    {
        if (zone.Domain.State == DomainState.Pending && await proof.IsSeenAsync(zone.Domain, cancellation)
            && await book.As(caller.Actor).ActivateDomainAsync(zone.Id, cancellation) is Edit.Refused refused)
        {
            return refused.ToFailure();
        }

        return Answer.Ok(new Checked(zone.Id));
    }

    private static async Task<IResult> DeleteAsync(Zone zone, Caller caller, RuleBook book, CancellationToken cancellation) =>
        await book.As(caller.Actor).RemoveDomainAsync(zone.Id, null, cancellation) is Edit.Refused refused ? refused.ToFailure() : Answer.Ok(new Removed(zone.Id));
}

internal sealed record Removed(Guid Id);

/// <param name="Id">Of the zone that was looked at; its state says what was seen.</param>
internal sealed record Checked(Guid Id);
