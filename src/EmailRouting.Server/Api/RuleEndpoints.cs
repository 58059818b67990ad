using EmailRouting.Access;
using EmailRouting.Rules;
using EmailRouting.Server.Api.Documentation;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Api;

/// <summary>Rules, one at a time.</summary>
internal static class RuleEndpoints
{
    public static void MapRules(this RouteGroupBuilder zone, RouteGroupBuilder account)
    {
        RouteGroupBuilder rules = zone.MapGroup("/email/routing/rules");
        rules.MapGet(string.Empty, ListAsync).Needs(Scope.RulesRead).Documented(RuleDocs.List);
        rules.MapPost(string.Empty, CreateAsync).Needs(Scope.RulesEdit).Documented(RuleDocs.Create);
        rules.MapGet("/{rule_id}", GetAsync).Needs(Scope.RulesRead).Documented(RuleDocs.Get);
        rules.MapPut("/{rule_id}", UpdateAsync).Needs(Scope.RulesEdit).Documented(RuleDocs.Update);
        rules.MapPatch("/{rule_id}", EditAsync).Needs(Scope.RulesEdit).Documented(RuleDocs.Edit);
        rules.MapDelete("/{rule_id}", DeleteAsync).Needs(Scope.RulesEdit).Documented(RuleDocs.Delete);
        account.MapGet("/email/routing/rules", ListOfAccountAsync).Needs(Scope.RulesRead).Documented(RuleDocs.ListOfAccount);
    }

    private static async Task<IResult> ListAsync(Zone zone, HttpRequest request, Paging paging, IDbContextFactory<RulesDb> databases, CancellationToken cancellation)
    {
        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        (List<Rule> page, int total) = await PageAsync(db, zone.DomainIds, request.Query, paging, cancellation);
        return Answer.Page(page.ConvertAll(RuleResource.Of), paging, total);
    }

    private static async Task<IResult> ListOfAccountAsync(
        HttpRequest request, Caller caller, Paging paging, IDbContextFactory<RulesDb> databases, CancellationToken cancellation)
    {
        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        (List<Rule> page, int total) = await PageAsync(db, caller.Domains is { } own ? [.. own] : null, request.Query, paging, cancellation);
        return Answer.Page(page.ConvertAll(rule => RuleResource.Of(rule) with { Zone = new RuleZone(rule.Domain!.Name, rule.DomainId) }), paging, total);
    }

    /// <summary>In the order of their making, oldest first.</summary>
    private static async Task<(List<Rule> Page, int Total)> PageAsync(
        RulesDb db, IReadOnlyCollection<Guid>? domains, IQueryCollection query, Paging paging, CancellationToken cancellation)
    {
        _ = QueryWord.Of(query, "order", "created", "created");
        bool isDescending = QueryWord.Of(query, "direction", "asc", "asc", "desc") == "desc";
        var filter = new RuleFilter
        {
            Domains = domains,
            Enabled = QueryWord.Flag(query, "enabled"),
            Destination = QueryWord.Id(query, "destination_id"),
            Label = query["label"].ToString(),
            Search = query["search"].ToString(),
        };
        IQueryable<Rule> rules = filter.Of(db);
        int total = await rules.CountAsync(cancellation);
        return (await db.PageAsync(isDescending ? rules.OrderByDescending(r => r.Id) : rules.OrderBy(r => r.Id), paging.Skip, paging.PerPage, cancellation), total);
    }

    private static async Task<IResult> CreateAsync(
        Zone zone, HttpRequest request, Caller caller, RuleBook book, IDbContextFactory<RulesDb> databases, CancellationToken cancellation)
    {
        JsonFields body = await JsonBody.ReadObjectAsync(request);
        if (RuleWriting.ReadWhole(body, zone, before: null) is not { } draft)
        {
            return ApiErrors.Invalid(body.Problems);
        }

        return await ShowAsync(await book.As(caller.Actor).AddRuleAsync(draft, cancellation), body, databases, cancellation);
    }

    private static async Task<IResult> GetAsync(Zone zone, string rule_id, IDbContextFactory<RulesDb> databases, CancellationToken cancellation)
    {
        (Rule? rule, ApiFailure? missing) = await FindAsync(zone, rule_id, databases, cancellation);
        return rule is null ? missing! : new ApiSuccess<RuleResource>(RuleResource.Of(rule)) { Revision = rule.Revision };
    }

    private static Task<IResult> UpdateAsync(
        Zone zone, string rule_id, HttpRequest request, Caller caller, RuleBook book, IDbContextFactory<RulesDb> databases, CancellationToken cancellation) =>
        ChangeAsync(zone, rule_id, request, book.As(caller.Actor), RuleWriting.ReadWhole, databases, cancellation);

    private static Task<IResult> EditAsync(
        Zone zone, string rule_id, HttpRequest request, Caller caller, RuleBook book, IDbContextFactory<RulesDb> databases, CancellationToken cancellation) =>
        ChangeAsync(zone, rule_id, request, book.As(caller.Actor), RuleWriting.ReadPart, databases, cancellation);

    private static async Task<IResult> ChangeAsync(
        Zone zone, string id, HttpRequest request, RuleBook book, Func<JsonFields, Zone, RuleRecord, RuleDraft?> read, IDbContextFactory<RulesDb> databases, CancellationToken cancellation)
    {
        if (EntityTag.TryReadIfMatch(request, out int? expected) is { } unreadable)
        {
            return unreadable;
        }

        (Rule? rule, ApiFailure? missing) = await FindAsync(zone, id, databases, cancellation);
        if (rule is null)
        {
            return missing!;
        }

        JsonFields body = await JsonBody.ReadObjectAsync(request);
        if (read(body, zone, RuleRecord.Of(rule)) is not { } draft)
        {
            return ApiErrors.Invalid(body.Problems);
        }

        // What the body left out was taken from the rule as it was just read: nobody may have changed it since. Who sent no If-Match has nothing to lose by one more try.
        Edit edit = await book.UpdateRuleAsync(rule.Id, draft, expected ?? rule.Revision, cancellation);
        return expected is null && edit is Edit.Refused { Reason: RefusalReason.Stale }
            ? await ShowAsync(await AgainAsync(zone, rule.Id, body, book, read, databases, cancellation), body, databases, cancellation)
            : await ShowAsync(edit, body, databases, cancellation);
    }

    private static async Task<Edit> AgainAsync(
        Zone zone, Guid id, JsonFields body, RuleBook book, Func<JsonFields, Zone, RuleRecord, RuleDraft?> read, IDbContextFactory<RulesDb> databases, CancellationToken cancellation)
    {
        Edit edit = new Edit.Refused(RefusalReason.NotFound, null, $"There is no rule {id:N}.");
        for (int attempt = 0; attempt < 10; attempt++)
        {
            (Rule? rule, _) = await FindAsync(zone, id.ToString("N"), databases, cancellation);
            if (rule is null || read(body, zone, RuleRecord.Of(rule)) is not { } draft)
            {
                return edit;
            }

            edit = await book.UpdateRuleAsync(id, draft, rule.Revision, cancellation);
            if (edit is not Edit.Refused { Reason: RefusalReason.Stale })
            {
                return edit;
            }
        }

        return edit;
    }

    private static async Task<IResult> DeleteAsync(
        Zone zone, string rule_id, HttpRequest request, Caller caller, RuleBook book, IDbContextFactory<RulesDb> databases, CancellationToken cancellation)
    {
        if (EntityTag.TryReadIfMatch(request, out int? expected) is { } unreadable)
        {
            return unreadable;
        }

        (Rule? rule, ApiFailure? missing) = await FindAsync(zone, rule_id, databases, cancellation);
        return rule is null ? missing!
            : await book.As(caller.Actor).RemoveRuleAsync(rule.Id, expected, cancellation) is Edit.Refused refused ? refused.ToFailure()
            : Answer.Ok(RuleResource.Of(rule));
    }

    /// <summary>The rule as it is after an edit.</summary>
    internal static async Task<IResult> ShowAsync(Edit edit, JsonFields body, IDbContextFactory<RulesDb> databases, CancellationToken cancellation)
    {
        if (edit is Edit.Refused refused)
        {
            return refused.ToFailure(ApiErrors.DuplicateRule);
        }

        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        Guid id = ((Edit.Done)edit).Id;
        return await db.Rules.Whole().SingleOrDefaultAsync(r => r.Id == id, cancellation) is { } rule
            ? new ApiSuccess<RuleResource>(RuleResource.Of(rule)) { Revision = rule.Revision, Messages = body.Remarks }
            : ApiErrors.Missing("rule");
    }

    /// <summary>The catch-all is listed among the rules, but has a place of its own: here its id leads to an answer that clients know.</summary>
    internal static async Task<(Rule? Rule, ApiFailure? Missing)> FindAsync(Zone zone, string text, IDbContextFactory<RulesDb> databases, CancellationToken cancellation)
    {
        if (!Guid.TryParseExact(text, "N", out Guid id))
        {
            return (null, ApiErrors.Missing("rule"));
        }

        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        Rule? rule = await db.Rules.Whole().SingleOrDefaultAsync(r => r.Id == id, cancellation);
        bool isCatchAll = rule?.Kind == RuleKind.CatchAll || zone.DomainIds.Any(domain => id == CatchAll.IdOf(domain));
        return rule is not null && !zone.DomainIds.Contains(rule.DomainId) ? (null, ApiErrors.Missing("rule"))
            : isCatchAll ? (null, RuleWriting.InvalidOperation())
            : (rule, ApiErrors.Missing("rule"));
    }
}
