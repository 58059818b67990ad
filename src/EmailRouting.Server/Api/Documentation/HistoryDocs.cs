using EmailRouting.Rules;
using EmailRouting.Storage;

namespace EmailRouting.Server.Api.Documentation;

internal static class HistoryDocs
{
    private static readonly AnswerDoc Changes = AnswerDoc.List(
        [new ChangeResource(
            3, Example.At, "token first", Example.Id(Example.RuleId), "hello@example.com", RuleEventKind.Updated, [new FieldChange("enabled", "true", "false")])],
        new CursorFacts(1, 20, null, null));

    private static readonly QueryDoc[] Paging =
    [
        new("cursor", "Go on from here: `next_cursor` of the answer before.", () => Shape.Number(1, null)),
        QueryDoc.PerPage,
    ];

    public static readonly OperationDoc List = new(
        "ListRuleHistory",
        ApiTag.History,
        "Changes of the zone's rules, the newest first",
        "Who (`actor`: a token, the command line, the owner of an inbox), when, which rule, and what is different. Where `next_cursor` is null there is no more.",
        Changes)
    {
        Query = Paging,
    };

    public static readonly OperationDoc OfRule = new(
        "ListHistoryOfRule", ApiTag.History, "Changes of one rule, also of one that is gone", "As the history of the zone, for one rule.", Changes)
    {
        Query = Paging,
        Errors = [ApiErrors.Missing("rule")],
    };

    public static readonly OperationDoc Undo = new(
        "UndoRuleChange",
        ApiTag.History,
        "Put a rule back to what it was before a change",
        "A removed rule comes back under its id; one that was created by the change is removed, and the answer's `result` is null. It is a change itself, and can be undone too. Without `If-Match` it goes over changes that were made since.",
        AnswerDoc.Of(Example.Rule))
    {
        MayBeNothing = true,
        HasRevision = true,
        TakesIfMatch = true,
        Errors =
        [
            new ApiFailure(StatusCodes.Status400BadRequest, ApiError.At(
                ApiErrors.NotVerified, "Destination address is not verified: The destination you@inbox.example is not verified; verify it first.", "/actions")),
            ApiErrors.Missing("change, or it is too old to be undone"),
            ApiErrors.Conflicts(ApiErrors.DuplicateRule, "Duplicated Zone rule: There is already a rule for hello@example.com."),
        ],
    };
}
