using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using EmailRouting.Rules;
using EmailRouting.Storage;

namespace EmailRouting.Server.Api;

/// <summary>A rule as clients of the API know it. One that does nothing more than Cloudflare's looks exactly like Cloudflare's.</summary>
internal sealed record RuleResource(
    Guid Id,
    Guid Tag,
    bool Enabled,
    string Source,
    IReadOnlyList<MatcherResource> Matchers,
    IReadOnlyList<ActionResource> Actions)
{
    /// <summary>A client reads back what it wrote: where no name was given, there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }

    /// <summary>The lower goes first. A catch-all has none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Priority { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OwnerWorkerTag { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ExpiresAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FallbackResource? Fallback { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Notes { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>Only where rules of several zones are listed together.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RuleZone? Zone { get; init; }

    /// <param name="rule">With its domain, its fallback, its targets and their destinations.</param>
    public static RuleResource Of(Rule rule) => new(rule.Id, rule.Id, rule.Enabled, rule.Source ?? "api", Conditions(rule), [Action(rule)])
    {
        Name = rule.Name,
        Priority = rule.Kind == RuleKind.CatchAll ? null : rule.Priority,
        OwnerWorkerTag = rule.OwnerWorkerTag,
        ExpiresAt = rule.ExpiresAt,
        Fallback = rule.Fallback is null ? null : new FallbackResource(rule.Fallback.Address) { AfterMinutes = rule.FallbackAfterMinutes },
        Notes = rule.Notes,
        Labels = rule.Labels.Count == 0 ? null : rule.Labels,
    };

    /// <summary>The catch-all of a domain where none was ever set.</summary>
    public static RuleResource NoCatchAll(Domain domain)
    {
        Guid id = CatchAll.IdOf(domain.Id);
        return new RuleResource(id, id, Enabled: false, "api", [new MatcherResource("all")], [new ActionResource("drop")]) { Name = string.Empty };
    }

    private static ImmutableArray<MatcherResource> Conditions(Rule rule)
    {
        MatcherResource recipient = rule.Kind switch
        {
            RuleKind.Exact => new MatcherResource("literal") { Field = "to", Value = rule.WrittenAddress ?? $"{rule.LocalPart}@{rule.Domain!.Name}" },
            RuleKind.Prefix => new MatcherResource("prefix") { Field = "to", Value = rule.LocalPart },
            RuleKind.Suffix => new MatcherResource("suffix") { Field = "to", Value = rule.LocalPart },
            RuleKind.Glob => new MatcherResource("glob") { Field = "to", Value = rule.LocalPart },
            RuleKind.Regex => new MatcherResource("regex") { Field = "to", Value = rule.LocalPart },
            RuleKind.CatchAll => new MatcherResource("all"),
            _ => throw new UnreachableException(),
        };
        return [recipient, .. SenderCondition.Texts(rule.Senders).Select(Sender)];
    }

    private static MatcherResource Sender(string condition) => condition switch
    {
        _ when condition.StartsWith("glob:", StringComparison.Ordinal) => new MatcherResource("glob") { Field = "from", Value = condition["glob:".Length..] },
        _ when condition.Contains('@', StringComparison.Ordinal) || condition == "<>" => new MatcherResource("literal") { Field = "from", Value = condition },
        _ => new MatcherResource("domain") { Field = "from", Value = condition },
    };

    private static ActionResource Action(Rule rule)
    {
        switch (rule.Action)
        {
            case RuleAction.Forward:
                string[] targets = [.. rule.Targets.OrderBy(t => t.Position).Select(t => t.Written ?? t.Alias ?? t.Destination!.Address)];
                return new ActionResource(targets.Length > 1 ? "forward_to_all" : "forward") { Value = targets };
            case RuleAction.Drop:
                return new ActionResource("drop") { Value = rule.WrittenValue is { } value ? JsonSerializer.Deserialize<string[]>(value) : null };
            case RuleAction.Reject:
                return new ActionResource("reject") { Code = rule.RejectCode, Text = rule.RejectText };
            default:
                throw new UnreachableException();
        }
    }
}

/// <param name="Type"><c>literal</c> or <c>all</c>; beside Cloudflare's <c>prefix suffix glob regex</c> for the local part, and <c>literal domain glob</c> with the field <c>from</c>.</param>
internal sealed record MatcherResource(string Type)
{
    /// <summary><c>to</c>; beside Cloudflare's <c>from</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Field { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Value { get; init; }
}

/// <param name="Type"><c>forward</c> or <c>drop</c>; beside Cloudflare's <c>forward_to_all</c> and <c>reject</c>.</param>
internal sealed record ActionResource(string Type)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Value { get; init; }

    /// <summary>Of a rejection: of the SMTP reply.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Code { get; init; }

    /// <inheritdoc cref="Code"/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Text { get; init; }
}

/// <param name="Destination">A verified destination address.</param>
internal sealed record FallbackResource(string Destination)
{
    /// <summary>Minutes; where it is not said only a permanent refusal leads there.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? AfterMinutes { get; init; }
}

internal sealed record RuleZone(string Name, Guid Tag);
