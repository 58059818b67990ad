using System.Diagnostics;
using EmailRouting.Rules;
using EmailRouting.Storage;

namespace EmailRouting.Server.Cli;

/// <summary>A rule as <c>rule list</c> shows it.</summary>
internal sealed record RuleLine(
    string Id, string Address, string Does, RuleAction Action, string[] Targets, int? Code, string? Text, bool Enabled, int Priority, string? Name, DateTimeOffset CreatedAt)
{
    public static RuleLine Of(Rule rule)
    {
        string[] targets = [.. rule.Targets.OrderBy(t => t.Position).Select(t => t.Alias ?? t.Destination!.Address)];
        string does = rule.Action switch
        {
            RuleAction.Forward => $"forward {string.Join(' ', targets)}",
            RuleAction.Drop => "drop",
            RuleAction.Reject => $"reject {rule.RejectCode} {rule.RejectText}",
            _ => throw new UnreachableException(),
        };
        return new RuleLine(
            rule.Id.ToString("N"),
            RulePattern.Show(rule.Kind, rule.LocalPart, rule.Domain!.Name),
            does,
            rule.Action,
            targets,
            rule.RejectCode,
            rule.RejectText,
            rule.Enabled,
            rule.Priority,
            rule.Name,
            rule.CreatedAt);
    }
}
