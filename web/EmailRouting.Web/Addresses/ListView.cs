using EmailRouting.Rules;
using EmailRouting.Storage;

namespace EmailRouting.Web.Addresses;

/// <summary>Which addresses the list shows and in which order, as the address of the page says it.</summary>
public sealed record ListView(Guid? Domain, string? Search, string? Status, string? Action, Guid? Destination, string? Label, string? Sort)
{
    public const string On = "on";
    public const string Off = "off";
    public const string Expired = "expired";
    public const string ByAddress = "address";
    public const string ByChange = "changed";
    public const string Oldest = "oldest";
    public const string ByUse = "used";

    public bool IsFiltered => Search is { Length: > 0 } || Status is not null || Action is not null || Destination is not null || Label is { Length: > 0 };

    /// <param name="visible">The domains that whoever looks may see; null: all.</param>
    /// <param name="now">Tells what has expired.</param>
    public RuleFilter Filter(IReadOnlyCollection<Guid>? visible, DateTimeOffset now) => new()
    {
        Domains = Domain is { } one ? [one] : visible,
        Enabled = Status switch { On => true, Off => false, _ => null },
        ExpiredAt = Status == Expired ? now : null,
        ValidAt = Status == On ? now : null,
        Action = Action switch { RuleRecord.Forward => RuleAction.Forward, RuleRecord.Drop => RuleAction.Drop, RuleRecord.Reject => RuleAction.Reject, _ => null },
        Destination = Destination,
        Label = Label,
        Search = Search?.Trim(),
    };

    /// <summary>The last used first. What was used is in another database than the rules: this order is made of ids, and not by a query.</summary>
    /// <param name="rules">The ids of all that the list shows; what has not been used lately keeps this order, at the end.</param>
    /// <param name="latest">As <see cref="EmailRouting.Activity.RuleUsage.LatestAsync"/> has them.</param>
    public static IReadOnlyList<Guid> OrderByUse(IReadOnlyCollection<Guid> rules, IEnumerable<Guid> latest)
    {
        var shown = rules.ToHashSet();
        return [.. latest.Where(shown.Contains).Union(rules)];
    }

    /// <summary>Ids rise with age.</summary>
    public IQueryable<Rule> Order(IQueryable<Rule> rules) => Sort switch
    {
        ByAddress => rules.OrderBy(r => r.LocalKey).ThenBy(r => r.Id),
        ByChange => rules.OrderByDescending(r => r.ModifiedAt).ThenByDescending(r => r.Id),
        Oldest => rules.OrderBy(r => r.Id),
        _ => rules.OrderByDescending(r => r.Id),
    };
}
