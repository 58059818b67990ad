using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Rules;

/// <summary>Which rules to list. What is null does not count; everything else must hold.</summary>
public sealed record RuleFilter
{
    /// <summary>Of these domains; null: of all.</summary>
    public IReadOnlyCollection<Guid>? Domains { get; init; }

    /// <summary>Its switch, whether or not it has expired.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Whose time was over at this instant.</summary>
    public DateTimeOffset? ExpiredAt { get; init; }

    /// <summary>Whose time was not over at this instant.</summary>
    public DateTimeOffset? ValidAt { get; init; }

    public RuleAction? Action { get; init; }

    /// <summary>That it leads to, if only as its fallback.</summary>
    public Guid? Destination { get; init; }

    public string? Label { get; init; }

    /// <summary>With this text in their address, name, notes or destinations. Only ASCII letters compare without case, and no character is special.</summary>
    public string? Search { get; init; }

    public IQueryable<Rule> Of(RulesDb db)
    {
        IQueryable<Rule> rules = db.Rules;
        if (Domains is { } domains)
        {
            rules = rules.Where(r => domains.Contains(r.DomainId));
        }

        if (Enabled is { } enabled)
        {
            rules = rules.Where(r => r.Enabled == enabled);
        }

        if (ExpiredAt is { } over)
        {
            rules = rules.Where(r => r.ExpiresAt <= over);
        }

        if (ValidAt is { } valid)
        {
            rules = rules.Where(r => r.ExpiresAt == null || r.ExpiresAt > valid);
        }

        if (Action is { } action)
        {
            rules = rules.Where(r => r.Action == action);
        }

        if (Destination is { } destination)
        {
            rules = rules.Where(r => r.FallbackId == destination || db.RuleTargets.Any(t => t.RuleId == r.Id && t.DestinationId == destination));
        }

        if (Label is { Length: > 0 } label)
        {
            rules = rules.Where(r => r.Labels.Contains(label));
        }

        return Search is { Length: > 0 } text ? Searched(db, rules, text) : rules;
    }

    private static IQueryable<Rule> Searched(RulesDb db, IQueryable<Rule> rules, string text)
    {
        string pattern = $"%{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
        return rules.Where(r => EF.Functions.Like(r.LocalPart + "@" + r.Domain!.Name, pattern, "\\")
            || EF.Functions.Like(r.Name!, pattern, "\\")
            || EF.Functions.Like(r.Notes!, pattern, "\\")
            || db.RuleTargets.Any(t => t.RuleId == r.Id && (EF.Functions.Like(t.Alias!, pattern, "\\") || EF.Functions.Like(t.Destination!.Address, pattern, "\\"))));
    }
}
