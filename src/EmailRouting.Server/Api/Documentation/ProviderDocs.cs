using EmailRouting.Delivery;

namespace EmailRouting.Server.Api.Documentation;

internal static class ProviderDocs
{
    public static readonly ApiFailure NotByLimited = ApiErrors.Forbidden("this token is limited to its domains, and providers are met by all of them");

    public static readonly OperationDoc List = new(
        "ListProviders",
        ApiTag.Activity,
        "List the providers that mail goes to, and how they take it",
        """
        All hosts of one provider are one. `slowed`: it has asked for less, and gets less at once; `paused`: it has refused several messages in a row because of who we are, and
        mail for it waits in the queue. Counted since the start of the server.
        """,
        AnswerDoc.Page(new ProviderResource(
            "inbox.example",
            ProviderState.Healthy,
            Example.At,
            Until: null,
            Reason: null,
            Delivered: 118,
            Deferred: 2,
            Refused: 1,
            AcceptanceRate: 0.97,
            UnderWay: 0,
            Waiting: 0,
            Limit: 20,
            IntervalMs: 0,
            [])))
    {
        Query = [QueryDoc.Page, QueryDoc.PerPage],
        Errors = [NotByLimited],
    };
}
