using System.Collections.Immutable;
using EmailRouting.Storage;

namespace EmailRouting.Activity;

/// <summary>Messages counted over a stretch of time.</summary>
/// <param name="Buckets">One for each interval, the empty ones too, the oldest first.</param>
/// <param name="Totals">By status; a status that did not occur is not there.</param>
public sealed record ActivityCounts(ImmutableArray<ActivityBucket> Buckets, ImmutableSortedDictionary<MessageStatus, long> Totals);

/// <param name="Start">Of the interval.</param>
/// <param name="Messages">That began in it, by status; a status that did not occur is not there.</param>
public sealed record ActivityBucket(DateTimeOffset Start, ImmutableSortedDictionary<MessageStatus, long> Messages);

/// <param name="Alias">In lower case, its domain in A-labels.</param>
/// <param name="Messages">That were accepted for it.</param>
public sealed record AliasCount(string Alias, long Messages);

/// <param name="Reason">Reply code and enhanced status code, <c>550 5.1.1</c>.</param>
/// <param name="Count">Recipients, messages and deliveries that were refused with it.</param>
public sealed record RefusalCount(string Reason, long Count);
