using EmailRouting.Access;
using EmailRouting.Rules;
using EmailRouting.Server.Api.Documentation;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Api;

/// <summary>The rule for every address that has none.</summary>
internal static class CatchAllEndpoints
{
    public static void MapCatchAll(this RouteGroupBuilder zone)
    {
        zone.MapGet("/email/routing/rules/catch_all", GetAsync).Needs(Scope.RulesRead).Documented(RuleDocs.GetCatchAll);
        zone.MapPut("/email/routing/rules/catch_all", UpdateAsync).Needs(Scope.RulesEdit).Documented(RuleDocs.UpdateCatchAll);
    }

    private static async Task<IResult> GetAsync(Zone zone, IDbContextFactory<RulesDb> databases, CancellationToken cancellation) =>
        await FindAsync(zone, databases, cancellation) is { } rule
            ? new ApiSuccess<RuleResource>(RuleResource.Of(rule)) { Revision = rule.Revision }
            : Answer.Ok(RuleResource.NoCatchAll(zone.Domain));

    private static async Task<IResult> UpdateAsync(
        Zone zone, HttpRequest request, Caller caller, RuleBook book, IDbContextFactory<RulesDb> databases, CancellationToken cancellation)
    {
        if (EntityTag.TryReadIfMatch(request, out int? expected) is { } unreadable)
        {
            return unreadable;
        }

        Rule? before = await FindAsync(zone, databases, cancellation);
        JsonFields body = await JsonBody.ReadObjectAsync(request);
        if (RuleWriting.ReadCatchAll(body, zone, before is null ? null : RuleRecord.Of(before)) is not { } draft)
        {
            return ApiErrors.Invalid(body.Problems);
        }

        RuleBook edits = book.As(caller.Actor);
        Edit edit = before is null || expected is null
            ? await edits.SetRuleAsync(draft, cancellation)
            : await edits.UpdateRuleAsync(before.Id, draft, expected, cancellation);
        return await RuleEndpoints.ShowAsync(edit, body, databases, cancellation);
    }

    private static async Task<Rule?> FindAsync(Zone zone, IDbContextFactory<RulesDb> databases, CancellationToken cancellation)
    {
        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        return await db.Rules.Whole()
            .SingleOrDefaultAsync(r => r.DomainId == zone.Id && r.Kind == RuleKind.CatchAll && r.Senders == string.Empty, cancellation);
    }
}
