using EmailRouting.Storage;

namespace EmailRouting.Rules;

/// <summary>A rule with one of its targets, as it is read: a rule with several comes in as many rows, one after another.</summary>
/// <param name="Id">Of the rule.</param>
/// <param name="DomainId">Of its domain.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="LocalKey">Empty for a catch-all.</param>
/// <param name="Enabled">Its switch.</param>
/// <param name="Action">What it does.</param>
/// <param name="RejectCode">Only where it rejects.</param>
/// <param name="RejectText">Likewise.</param>
/// <param name="DestinationId">Null where the target is an alias, or there is none.</param>
/// <param name="Alias">Null where the target is a destination, or there is none.</param>
internal readonly record struct RuleRow(
    Guid Id,
    Guid DomainId,
    RuleKind Kind,
    string LocalKey,
    bool Enabled,
    RuleAction Action,
    int? RejectCode,
    string? RejectText,
    Guid? DestinationId,
    string? Alias);
