using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using EmailRouting.Storage;

namespace EmailRouting.Rules;

/// <summary>A whole rule as it is written down: in the history, where it must be readable for years, and wherever a rule is to be read as one document.</summary>
/// <remarks>
/// As JSON the members are in snake case, in this order; null members are left out. Members may be added, and an older record is read with the new ones unset; none
/// is renamed or given another meaning.
/// </remarks>
public sealed record RuleRecord
{
    public const string Forward = "forward";
    public const string Drop = "drop";
    public const string Reject = "reject";

    /// <summary>One of the forms of <see cref="RulePattern"/>.</summary>
    public required string Pattern { get; init; }

    public ImmutableArray<string> Senders { get; init; } = [];

    /// <summary><c>forward</c>, <c>drop</c> or <c>reject</c>.</summary>
    public required string Action { get; init; }

    /// <summary>Of a forward: addresses as the rule spells them.</summary>
    public ImmutableArray<string> To { get; init; } = [];

    /// <summary>Of a rejection.</summary>
    public int? Code { get; init; }

    /// <inheritdoc cref="Code"/>
    public string? Text { get; init; }

    public bool Enabled { get; init; }

    public int Priority { get; init; }

    public string? Name { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public string? Fallback { get; init; }

    public int? FallbackAfterMinutes { get; init; }

    public string? Notes { get; init; }

    public ImmutableArray<string> Labels { get; init; } = [];

    public string? Source { get; init; }

    public string? OwnerWorkerTag { get; init; }

    public string? WrittenAddress { get; init; }

    public string? WrittenValue { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <param name="rule">With its domain, its fallback, its targets and their destinations.</param>
    public static RuleRecord Of(Rule rule) => new()
    {
        Pattern = RulePattern.Show(rule.Kind, rule.LocalPart, rule.Domain!.Name),
        Senders = SenderCondition.Texts(rule.Senders),
        Action = rule.Action switch
        {
            RuleAction.Forward => Forward,
            RuleAction.Drop => Drop,
            RuleAction.Reject => Reject,
            _ => throw new UnreachableException(),
        },
        To = [.. rule.Targets.OrderBy(t => t.Position).Select(t => t.Alias ?? t.Written ?? t.Destination!.Address)],
        Code = rule.RejectCode,
        Text = rule.RejectText,
        Enabled = rule.Enabled,
        Priority = rule.Priority,
        Name = rule.Name,
        ExpiresAt = rule.ExpiresAt,
        Fallback = rule.Fallback?.Address,
        FallbackAfterMinutes = rule.FallbackAfterMinutes,
        Notes = rule.Notes,
        Labels = [.. rule.Labels],
        Source = rule.Source,
        OwnerWorkerTag = rule.OwnerWorkerTag,
        WrittenAddress = rule.WrittenAddress,
        WrittenValue = rule.WrittenValue,
        CreatedAt = rule.CreatedAt,
    };

    /// <returns>Null for a text that is no record.</returns>
    public static RuleRecord? Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, RuleRecordJson.Default.RuleRecord);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public string ToJson() => JsonSerializer.Serialize(this, RuleRecordJson.Default.RuleRecord);

    /// <summary>What somebody would have to ask for to get this rule.</summary>
    public RuleDraft ToDraft() => new(Pattern, Action switch
    {
        Drop => new DraftAction.Drop(),
        Reject => new DraftAction.Reject(Code ?? RejectReply.DefaultCode, Text ?? RejectReply.DefaultText),
        _ => new DraftAction.Forward(OrEmpty(To)),
    })
    {
        Name = Name,
        Priority = Priority,
        Enabled = Enabled,
        Senders = OrEmpty(Senders),
        ExpiresAt = ExpiresAt,
        Fallback = Fallback,
        FallbackAfterMinutes = FallbackAfterMinutes,
        Notes = Notes,
        Labels = OrEmpty(Labels),
        Source = Source,
        OwnerWorkerTag = OwnerWorkerTag,
        WrittenAddress = WrittenAddress,
        WrittenValue = WrittenValue,
    };

    // What an older record does not have is read as the default of its type, which for this type is no array at all.
    private static ImmutableArray<string> OrEmpty(ImmutableArray<string> values) => values.IsDefault ? [] : values;
}
