using System.Text.Json.Serialization;
using EmailRouting.Access;
using EmailRouting.Rules;
using EmailRouting.Server.Api.Documentation;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Api;

/// <summary>What a tool that owns rules would change if it made them so: it asks before it does, and then edits rule by rule.</summary>
internal static class RulePlanEndpoints
{
    public const int MaxRules = 1000;

    public static void MapRulePlan(this RouteGroupBuilder account) =>
        account.MapPost("/email/routing/rules/plan", PlanAsync).Needs(Scope.RulesRead).Documented(RuleDocs.Plan);

    private static async Task<IResult> PlanAsync(HttpRequest request, Caller caller, IDbContextFactory<RulesDb> databases, CancellationToken cancellation)
    {
        JsonFields body = await JsonBody.ReadObjectAsync(request);
        string? owner = body.Text("owner_worker_tag", 100);
        if (owner is null && !body.HasValue("owner_worker_tag"))
        {
            body.Missing("owner_worker_tag", "the tool that owns the rules");
        }

        var wanted = new List<(string Target, ActionResource? Action)>();
        foreach (JsonFields rule in body.Objects("rules", MaxRules) ?? [])
        {
            if (rule.Objects("matchers", 1) is [JsonFields matcher] && matcher.Text("value", 320) is { } target)
            {
                wanted.Add((target, Action(rule)));
            }
            else
            {
                rule.Missing("matchers", "one with the address as its value");
            }
        }

        foreach (JsonFields rule in body.Objects("catch_all_rules", MaxRules) ?? [])
        {
            if (rule.Text("target", 320) is { } target)
            {
                wanted.Add((target, rule.Object("rule") is { } inner ? Action(inner) : null));
            }
            else
            {
                rule.Missing("target", "such as *@example.com");
            }
        }

        if (!body.IsValid)
        {
            return ApiErrors.Invalid(body.Problems);
        }

        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        List<Domain> domains = await db.Domains.AsNoTracking().OrderBy(d => d.Name).ToListAsync(cancellation);
        domains.RemoveAll(domain => !caller.MaySee(domain.Id));
        foreach ((string target, _) in wanted)
        {
            if (!domains.Exists(d => d.Name == DomainOf(target)))
            {
                return new ApiFailure(StatusCodes.Status400BadRequest, new ApiError(ApiErrors.UnknownDomain, $"Unknown Email Routing domain: {Shown.Text(DomainOf(target))}"));
            }
        }

        var zones = new List<PlannedZone>();
        foreach (Domain domain in domains)
        {
            List<(string Target, ActionResource? Action)> here = wanted.FindAll(w => DomainOf(w.Target) == domain.Name);
            List<PlanChange> changes = await CompareAsync(db, domain, owner!, here, cancellation);
            if (changes.Count > 0)
            {
                zones.Add(new PlannedZone(domain.Id, domain.Name, changes));
            }
        }

        return Answer.Ok(new RulePlan(zones));
    }

    private static async Task<List<PlanChange>> CompareAsync(
        RulesDb db, Domain domain, string owner, List<(string Target, ActionResource? Action)> wanted, CancellationToken cancellation)
    {
        List<Rule> rules = await db.Rules
            .Where(r => r.DomainId == domain.Id && r.Senders == string.Empty && (r.Kind == RuleKind.Exact || r.Kind == RuleKind.CatchAll)).Whole().ToListAsync(cancellation);
        var byTarget = new Dictionary<string, Rule>(StringComparer.OrdinalIgnoreCase);
        foreach (Rule rule in rules)
        {
            byTarget[rule.Kind == RuleKind.CatchAll ? $"*@{domain.Name}" : $"{rule.LocalPart}@{domain.Name}"] = rule;
        }

        var changes = new List<PlanChange>();
        foreach ((string target, ActionResource? action) in wanted)
        {
            if (!byTarget.Remove(target, out Rule? known) || (known.Kind == RuleKind.CatchAll && !known.Enabled && known.OwnerWorkerTag is null))
            {
                changes.Add(new PlanChange("added", target));
            }
            else if (known.OwnerWorkerTag != owner)
            {
                changes.Add(new PlanChange("conflict", target) { Remote = RuleResource.Of(known) });
            }
            else if (!IsSame(RuleResource.Of(known).Actions[0], action))
            {
                changes.Add(new PlanChange("updated", target) { Remote = RuleResource.Of(known) });
            }
        }

        changes.AddRange(byTarget.Where(rest => rest.Value.OwnerWorkerTag == owner).Select(rest => new PlanChange("deleted", rest.Key) { Remote = RuleResource.Of(rest.Value) }));
        return changes;
    }

    private static bool IsSame(ActionResource known, ActionResource? wanted) =>
        wanted is not null && known.Type == wanted.Type && (known.Value ?? []).SequenceEqual(wanted.Value ?? [], StringComparer.OrdinalIgnoreCase);

    private static ActionResource? Action(JsonFields rule) =>
        rule.Objects("actions", 1) is [JsonFields action] && action.Text("type", 20) is { } type
            ? new ActionResource(type) { Value = action.Texts("value", 100, 320) }
            : null;

    private static string DomainOf(string target) => target[(target.LastIndexOf('@') + 1)..].ToLowerInvariant();
}

internal sealed record RulePlan(IReadOnlyList<PlannedZone> Zones);

internal sealed record PlannedZone(Guid ZoneId, string ZoneName, IReadOnlyList<PlanChange> Changes);

/// <param name="Type"><c>added</c>, <c>updated</c>, <c>deleted</c>, or <c>conflict</c>: there is a rule that somebody else owns.</param>
/// <param name="Target">The address, or <c>*@domain</c>.</param>
internal sealed record PlanChange(string Type, string Target)
{
    /// <summary>The rule as it is here.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RuleResource? Remote { get; init; }
}
