using EmailRouting.Access;
using EmailRouting.Rules;
using EmailRouting.Server.Api.Documentation;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Api;

/// <summary>Many rules at once: all edits are made, or none is.</summary>
internal static class RuleBulkEndpoints
{
    public const int MaxEdits = 20_000;

    public static void MapRuleBulk(this RouteGroupBuilder zone) =>
        zone.MapPost("/email/routing/rules/bulk", ApplyAsync).Needs(Scope.RulesEdit).Documented(RuleDocs.Bulk);

    private static async Task<IResult> ApplyAsync(
        Zone zone, HttpRequest request, Caller caller, RuleBook book, IDbContextFactory<RulesDb> databases, CancellationToken cancellation)
    {
        JsonFields body = await JsonBody.ReadObjectAsync(request, JsonBody.Large);
        bool isDryRun = body.Flag("dry_run") ?? false;
        IReadOnlyList<JsonFields> removals = body.Objects("delete", MaxEdits) ?? [];
        IReadOnlyList<JsonFields> updates = body.Objects("update", MaxEdits) ?? [];
        IReadOnlyList<JsonFields> creations = body.Objects("create", MaxEdits) ?? [];
        body.RemarkOnOthers();
        Dictionary<Guid, Rule> known = await KnownAsync(zone, [.. removals, .. updates], databases, cancellation);

        // In this order, so that a rule can make room for another.
        var edits = new List<(RuleEdit Edit, string Path)>();
        foreach (JsonFields removal in removals)
        {
            if (Existing(removal, known) is { } rule)
            {
                edits.Add((new RuleEdit.Remove(rule.Id, removal.Number("revision", 0, int.MaxValue)), removal.Path));
            }
        }

        foreach (JsonFields update in updates)
        {
            if (Existing(update, known) is { } rule
                && update.Number("revision", 0, int.MaxValue) is var revision
                && RuleWriting.ReadPart(update, zone, RuleRecord.Of(rule)) is { } draft)
            {
                edits.Add((new RuleEdit.Update(rule.Id, draft, revision ?? rule.Revision), update.Path));
            }
        }

        foreach (JsonFields creation in creations)
        {
            if (RuleWriting.ReadWhole(creation, zone, before: null) is { } draft)
            {
                edits.Add((new RuleEdit.Create(draft), creation.Path));
            }
        }

        if (!body.IsValid)
        {
            return ApiErrors.Invalid(body.Problems);
        }

        Applied applied = await book.As(caller.Actor).ApplyAsync(edits.ConvertAll(edit => edit.Edit), isDryRun, cancellation);
        if (applied.Refusals.ToList() is { Count: > 0 } refusals)
        {
            ApiFailure first = refusals[0].Refusal.ToFailure(ApiErrors.DuplicateRule);
            ApiError[] errors = [.. refusals.SelectMany(r => r.Refusal.Problems.Select(problem => EditAnswer.ToError(problem, ApiErrors.DuplicateRule, edits[r.Index].Path)))];
            return new ApiFailure(first.Status, errors) { ShouldRetry = false };
        }

        Guid[] ids = [.. applied.Results.Cast<Edit.Done>().Select(done => done.Id)];
        int updated = removals.Count + updates.Count;
        return new ApiSuccess<BulkResult>(new BulkResult(isDryRun, ids[..removals.Count], ids[removals.Count..updated], ids[updated..])) { Messages = body.Remarks };
    }

    private static async Task<Dictionary<Guid, Rule>> KnownAsync(
        Zone zone, IReadOnlyList<JsonFields> edits, IDbContextFactory<RulesDb> databases, CancellationToken cancellation)
    {
        var ids = new HashSet<Guid>();
        foreach (JsonFields edit in edits)
        {
            if (edit.TextOrNull("id") is { } text && Guid.TryParseExact(text, "N", out Guid id))
            {
                ids.Add(id);
            }
        }

        var known = new Dictionary<Guid, Rule>();
        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        foreach (Guid[] some in ids.Chunk(500))
        {
            IReadOnlyList<Guid> domains = zone.DomainIds;
            foreach (Rule rule in await db.Rules.Whole()
                .Where(r => some.Contains(r.Id) && domains.Contains(r.DomainId) && r.Kind != RuleKind.CatchAll).ToListAsync(cancellation))
            {
                known.Add(rule.Id, rule);
            }
        }

        return known;
    }

    private static Rule? Existing(JsonFields edit, Dictionary<Guid, Rule> known)
    {
        string? text = edit.Text("id", 32);
        if (text is null)
        {
            edit.Missing("id", "of a rule of this zone");
            return null;
        }

        if (!Guid.TryParseExact(text, "N", out Guid id) || !known.TryGetValue(id, out Rule? rule))
        {
            edit.Wrong("id", $"'{Shown.Text(text)}' must be a rule of this zone; the catch-all has an endpoint of its own");
            return null;
        }

        return rule;
    }
}

/// <summary>Ids, in the order of the request. On a dry run nothing was stored, and the ids of what would be created are not kept.</summary>
internal sealed record BulkResult(bool DryRun, IReadOnlyList<Guid> Deleted, IReadOnlyList<Guid> Updated, IReadOnlyList<Guid> Created);
