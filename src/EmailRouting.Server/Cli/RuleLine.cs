using System.Diagnostics;
using EmailRouting.Rules;
using EmailRouting.Storage;

namespace EmailRouting.Server.Cli;

/// <summary>A rule as <c>rule list</c> shows it.</summary>
internal sealed record RuleLine(
    string Id,
    string Address,
    string[] Senders,
    string Does,
    RuleAction Action,
    string[] Targets,
    int? Code,
    string? Text,
    string? Fallback,
    int? FallbackAfterMinutes,
    bool Enabled,
    DateTimeOffset? ExpiresAt,
    int Priority,
    string? Name,
    string[] Labels,
    string? Notes,
    int Revision,
    DateTimeOffset CreatedAt,
    DateTimeOffset ModifiedAt)
{
    private const int ShownNotes = 40;

    /// <summary>The first line, as far as it fits a table.</summary>
    internal string NotesText =>
        Notes is null or "" ? "-"
        : Notes.Split('\r', '\n')[0] is var line && line.Length <= ShownNotes && line.Length == Notes.Length ? line
        : $"{line[..Math.Min(line.Length, ShownNotes)]}…";

    public static RuleLine Of(Rule rule)
    {
        RuleRecord record = RuleRecord.Of(rule);
        string fallback = record.Fallback is null ? string.Empty
            : record.FallbackAfterMinutes is { } minutes ? $", else after {minutes} minutes {record.Fallback}"
            : $", else {record.Fallback}";
        string does = rule.Action switch
        {
            RuleAction.Forward => $"forward {string.Join(' ', record.To)}{fallback}",
            RuleAction.Drop => "drop",
            RuleAction.Reject => $"reject {rule.RejectCode} {rule.RejectText}",
            _ => throw new UnreachableException(),
        };
        return new RuleLine(
            rule.Id.ToString("N"),
            record.Pattern,
            [.. record.Senders],
            does,
            rule.Action,
            [.. record.To],
            rule.RejectCode,
            rule.RejectText,
            record.Fallback,
            record.FallbackAfterMinutes,
            rule.Enabled,
            rule.ExpiresAt,
            rule.Priority,
            rule.Name,
            [.. rule.Labels],
            rule.Notes,
            rule.Revision,
            rule.CreatedAt,
            rule.ModifiedAt);
    }

    /// <summary>Whether the rule takes part, and until when.</summary>
    internal string EnabledText(DateTimeOffset now) =>
        !Enabled ? "no"
        : ExpiresAt is not { } end ? "yes"
        : end <= now ? $"expired {end:yyyy-MM-dd HH:mm}"
        : $"until {end:yyyy-MM-dd HH:mm}";
}
