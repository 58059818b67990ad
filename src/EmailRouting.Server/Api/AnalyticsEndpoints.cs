using System.Collections.Immutable;
using EmailRouting.Access;
using EmailRouting.Activity;
using EmailRouting.Server.Api.Documentation;
using EmailRouting.Storage;

namespace EmailRouting.Server.Api;

/// <summary>How much mail there was, what became of it, for whom it was and why it was refused.</summary>
internal static class AnalyticsEndpoints
{
    private const int Longest = 20;

    public static void MapAnalytics(this RouteGroupBuilder account, RouteGroupBuilder zone)
    {
        Map(account, new ActivityDocs(string.Empty));
        Map(zone, new ActivityDocs("Zone"));
    }

    private static void Map(RouteGroupBuilder group, ActivityDocs docs) =>
        group.MapGet("/email/routing/analytics", CountAsync).Needs(Scope.ActivityRead).Documented(docs.Analytics);

    private static async Task<IResult> CountAsync(HttpRequest request, Reach reach, ActivityAnalytics analytics, TimeProvider clock, CancellationToken cancellation)
    {
        DateTimeOffset until = QueryInstant.Of(request.Query, "until") ?? clock.GetUtcNow();
        DateTimeOffset since = QueryInstant.Of(request.Query, "since") ?? (until - DateTimeOffset.UnixEpoch > TimeSpan.FromDays(1) ? until.AddDays(-1) : DateTimeOffset.UnixEpoch);
        ActivityInterval interval = QueryWord.Of(request.Query, "interval", "hour", "minute", "five_minutes", "hour", "day") switch
        {
            "minute" => ActivityInterval.Minute,
            "five_minutes" => ActivityInterval.FiveMinutes,
            "day" => ActivityInterval.Day,
            _ => ActivityInterval.Hour,
        };
        if (since < DateTimeOffset.UnixEpoch || since >= until)
        {
            return ApiErrors.BadQuery($"since '{since:yyyy-MM-dd'T'HH:mm:ss'Z'}' must be before until '{until:yyyy-MM-dd'T'HH:mm:ss'Z'}' and not before 1970");
        }

        long buckets = ActivityAnalytics.BucketsBetween(since, until, interval);
        if (buckets > ActivityAnalytics.MostBuckets)
        {
            return ApiErrors.BadQuery($"interval makes {buckets} of the time from since to until, {ActivityAnalytics.MostBuckets} at most are counted: take a longer interval or less time");
        }

        ActivityCounts counts = await analytics.CountsAsync(since, until, interval, reach.Domains, cancellation);
        ImmutableArray<AliasCount> busiest = await analytics.BusiestAliasesAsync(since, until, reach.Domains, Longest, cancellation);
        ImmutableArray<RefusalCount> refusals = await analytics.RefusalsAsync(since, until, reach.Domains, Longest, cancellation);
        return Answer.Ok(new AnalyticsResource(
            since,
            until,
            interval,
            Words(counts.Totals),
            [.. counts.Buckets.Select(b => new BucketResource(b.Start, Words(b.Messages)))],
            busiest,
            refusals));
    }

    private static SortedDictionary<string, long> Words(ImmutableSortedDictionary<MessageStatus, long> counts) =>
        new(counts.ToDictionary(c => c.Key.ToWord(), c => c.Value), StringComparer.Ordinal);
}

/// <param name="Since">Asked for; the first interval begins at or before it.</param>
/// <param name="Until">Asked for; the last interval ends at or after it.</param>
/// <param name="Interval">Length of each.</param>
/// <param name="Totals">Messages by status; a status that did not occur is not there.</param>
/// <param name="Buckets">One for each interval, the empty ones too.</param>
/// <param name="BusiestAliases">That most messages were accepted for.</param>
/// <param name="Refusals">The most frequent reasons, of whole hours.</param>
internal sealed record AnalyticsResource(
    DateTimeOffset Since,
    DateTimeOffset Until,
    ActivityInterval Interval,
    IReadOnlyDictionary<string, long> Totals,
    IReadOnlyList<BucketResource> Buckets,
    IReadOnlyList<AliasCount> BusiestAliases,
    IReadOnlyList<RefusalCount> Refusals);

internal sealed record BucketResource(DateTimeOffset Start, IReadOnlyDictionary<string, long> Messages);
