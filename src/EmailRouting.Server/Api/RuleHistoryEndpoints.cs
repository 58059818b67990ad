using System.Globalization;
using EmailRouting.Access;
using EmailRouting.Rules;
using EmailRouting.Server.Api.Documentation;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Api;

/// <summary>Who changed which rule, when and how; and back.</summary>
internal static class RuleHistoryEndpoints
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 1000;

    public static void MapRuleHistory(this RouteGroupBuilder zone)
    {
        zone.MapGet("/email/routing/rules/history", (Zone zone, HttpRequest request, RuleBook book, CancellationToken cancellation) =>
                ListAsync(request, book, new HistoryQuery(zone.Id, null, null, DefaultLimit), cancellation)).Needs(Scope.RulesRead).Documented(HistoryDocs.List);
        zone.MapGet("/email/routing/rules/{rule_id}/history", (Zone zone, string rule_id, HttpRequest request, RuleBook book, CancellationToken cancellation) =>
                Guid.TryParseExact(rule_id, "N", out Guid id)
                    ? ListAsync(request, book, new HistoryQuery(zone.Id, id, null, DefaultLimit), cancellation)
                    : Task.FromResult<IResult>(ApiErrors.Missing("rule"))).Needs(Scope.RulesRead).Documented(HistoryDocs.OfRule);
        zone.MapPost("/email/routing/rules/history/{sequence:long}/undo", UndoAsync).Needs(Scope.RulesEdit).Documented(HistoryDocs.Undo);
    }

    private static async Task<IResult> ListAsync(HttpRequest request, RuleBook book, HistoryQuery query, CancellationToken cancellation)
    {
        long? before = Number(request.Query, "cursor", long.MaxValue);
        int limit = (int)Math.Min(Number(request.Query, "per_page", int.MaxValue) ?? DefaultLimit, MaxLimit);
        HistoryPage page = await book.HistoryAsync(query with { Before = before, Limit = limit }, cancellation);
        string? next = page.Next?.ToString(CultureInfo.InvariantCulture);
        return new ApiSuccess<IReadOnlyList<ChangeResource>>([.. page.Events.Select(ChangeResource.Of)]) { ResultInfo = new CursorFacts(page.Events.Length, limit, next, next) };
    }

    private static long? Number(IQueryCollection query, string name, long max)
    {
        string text = query[name].ToString();
        return text.Length == 0 ? null
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value >= 1 && value <= max ? value
            : throw new BadRequestException(ApiErrors.BadQuery($"{name} '{Shown.Text(text)}' must be a whole number from 1"));
    }

    private static async Task<IResult> UndoAsync(
        Zone zone, long sequence, HttpRequest request, Caller caller, RuleBook book, IDbContextFactory<RulesDb> databases, CancellationToken cancellation)
    {
        if (EntityTag.TryReadIfMatch(request, out int? expected) is { } unreadable)
        {
            return unreadable;
        }

        JsonFields body = await JsonBody.ReadObjectAsync(request);
        if (await book.EventAsync(sequence, cancellation) is not { } change || change.DomainId != zone.Id)
        {
            return ApiErrors.Missing("change, or it is too old to be undone");
        }

        Edit edit = await book.As(caller.Actor).UndoAsync(sequence, expected, cancellation);
        return edit is Edit.Done && change.Before is null
            ? new ApiSuccess<RuleResource?>(null)
            : await RuleEndpoints.ShowAsync(edit, body, databases, cancellation);
    }
}

/// <param name="Sequence">Rises with time; to be undone by it.</param>
/// <param name="At">When.</param>
/// <param name="Actor">Who, such as <c>token deploy</c> or <c>command line</c>.</param>
/// <param name="RuleId">Of the rule, which may be gone.</param>
/// <param name="Pattern">What it was for.</param>
/// <param name="Change"><c>created</c>, <c>updated</c> or <c>removed</c>.</param>
/// <param name="Fields">What is different.</param>
internal sealed record ChangeResource(
    long Sequence, DateTimeOffset At, string Actor, Guid RuleId, string Pattern, RuleEventKind Change, IReadOnlyList<FieldChange> Fields)
{
    public static ChangeResource Of(RuleEvent change) => new(
        change.Sequence,
        change.At,
        change.Actor,
        change.RuleId,
        change.Pattern,
        change.Kind,
        FieldChange.Between(Record(change.Before), Record(change.After)));

    private static RuleRecord? Record(string? json) => json is null ? null : RuleRecord.Read(json);
}

/// <summary><c>result_info</c> of a list that goes on from a cursor; both names are in use among clients.</summary>
internal sealed record CursorFacts(int Count, int PerPage, string? Cursor, string? NextCursor);
