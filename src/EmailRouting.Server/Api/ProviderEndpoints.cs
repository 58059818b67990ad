using EmailRouting.Access;
using EmailRouting.Delivery;
using EmailRouting.Server.Api.Documentation;

namespace EmailRouting.Server.Api;

/// <summary>How the providers that mail goes to and we get on.</summary>
internal static class ProviderEndpoints
{
    public static void MapProviders(this RouteGroupBuilder account) =>
        account.MapGet("/email/routing/providers", List).Needs(Scope.QueueRead).Documented(ProviderDocs.List);

    private static IResult List(Caller caller, Paging paging, Providers providers)
    {
        // What a provider last said may be about anybody's mail.
        if (caller.Domains is not null)
        {
            return ProviderDocs.NotByLimited;
        }

        IReadOnlyList<ProviderHealth> all = providers.Health();
        return Answer.Page([.. all.Skip(paging.Skip).Take(paging.PerPage).Select(ProviderResource.Of)], paging, all.Count);
    }
}

/// <param name="Name">What its hosts have in common; or the smarthost.</param>
/// <param name="State"><c>healthy</c>, <c>slowed</c> or <c>paused</c>.</param>
/// <param name="Since">When that began.</param>
/// <param name="Until">Nothing is sent before; null where nothing keeps mail from it.</param>
/// <param name="Reason">The reply that led to it; null where healthy.</param>
/// <param name="Delivered">Messages it took, since the start of the server.</param>
/// <param name="Deferred">Attempts that ended in "not now", or in no connection.</param>
/// <param name="Refused">Messages it refused.</param>
/// <param name="AcceptanceRate">Of the last hundred attempts, from 0 to 1; null before the first.</param>
/// <param name="UnderWay">Attempts at this moment.</param>
/// <param name="Waiting">Attempts that wait for their turn.</param>
/// <param name="Limit">Attempts that it may get at once.</param>
/// <param name="IntervalMs">Milliseconds between the beginnings of two attempts, at least.</param>
/// <param name="LastReplies">What it last said when it did not take a message, the newest first.</param>
internal sealed record ProviderResource(
    string Name,
    ProviderState State,
    DateTimeOffset Since,
    DateTimeOffset? Until,
    string? Reason,
    long Delivered,
    long Deferred,
    long Refused,
    double? AcceptanceRate,
    int UnderWay,
    int Waiting,
    int Limit,
    double IntervalMs,
    IReadOnlyList<ProviderReply> LastReplies)
{
    public static ProviderResource Of(ProviderHealth health) => new(
        health.Name,
        health.State,
        health.Since,
        health.Until,
        ActivityAttempt.TextOrNull(health.Reason),
        health.Delivered,
        health.Deferred,
        health.Refused,
        health.AcceptanceRate,
        health.UnderWay,
        health.Waiting,
        health.Limit,
        health.Interval.TotalMilliseconds,
        health.LastReplies);
}
