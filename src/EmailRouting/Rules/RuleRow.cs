using EmailRouting.Storage;

namespace EmailRouting.Rules;

/// <summary>A rule with one of its targets, as it is read: a rule with several comes in as many rows, one after another.</summary>
/// <param name="Id">Of the rule.</param>
/// <param name="DomainId">Of its domain.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="LocalKey">Empty for a catch-all.</param>
/// <param name="Text">Of a pattern, as it was typed; null for the others.</param>
/// <param name="Senders">Conditions, one a line.</param>
/// <param name="Priority">Among rules of one kind.</param>
/// <param name="ExpiresAt">Null: never.</param>
/// <param name="Enabled">Its switch.</param>
/// <param name="Action">What it does.</param>
/// <param name="RejectCode">Only where it rejects.</param>
/// <param name="RejectText">Likewise.</param>
/// <param name="FallbackId">A destination; null where there is no fallback.</param>
/// <param name="FallbackAfterMinutes">Null: only after a permanent refusal.</param>
/// <param name="DestinationId">Null where the target is an alias, or there is none.</param>
/// <param name="Alias">Null where the target is a destination, or there is none.</param>
internal readonly record struct RuleRow(
    Guid Id,
    Guid DomainId,
    RuleKind Kind,
    string LocalKey,
    string? Text,
    string Senders,
    int Priority,
    DateTimeOffset? ExpiresAt,
    bool Enabled,
    RuleAction Action,
    int? RejectCode,
    string? RejectText,
    Guid? FallbackId,
    int? FallbackAfterMinutes,
    Guid? DestinationId,
    string? Alias);
