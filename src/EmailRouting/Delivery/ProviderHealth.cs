using System.Collections.Immutable;

namespace EmailRouting.Delivery;

/// <summary>How one provider and we get on, since the start of the process.</summary>
/// <param name="Name">What its hosts have in common, such as <c>l.google.com</c>; or the smarthost.</param>
/// <param name="State">How it is treated.</param>
/// <param name="Since">When the state was entered; for a healthy one that never was anything else, when it was first met.</param>
/// <param name="Until">Nothing is sent before; null where nothing keeps mail from it.</param>
/// <param name="Reason">The reply that led to the state; empty where healthy.</param>
/// <param name="Delivered">Messages it took.</param>
/// <param name="Deferred">Attempts that ended in "not now", or in no connection.</param>
/// <param name="Refused">Messages it refused.</param>
/// <param name="AcceptanceRate">Of the last hundred attempts, in [0, 1]; null before the first.</param>
/// <param name="UnderWay">Attempts at this moment.</param>
/// <param name="Waiting">Attempts that wait for their turn.</param>
/// <param name="Limit">Attempts that it may get at once.</param>
/// <param name="Interval">Between the beginnings of two attempts, at least.</param>
/// <param name="LastReplies">What it last said when it did not take a message; the newest first.</param>
public sealed record ProviderHealth(
    string Name,
    ProviderState State,
    DateTimeOffset Since,
    DateTimeOffset? Until,
    string Reason,
    long Delivered,
    long Deferred,
    long Refused,
    double? AcceptanceRate,
    int UnderWay,
    int Waiting,
    int Limit,
    TimeSpan Interval,
    ImmutableArray<ProviderReply> LastReplies);

/// <summary>For the operator's eyes: a remote's own words.</summary>
public sealed record ProviderReply(DateTimeOffset At, string Text);
