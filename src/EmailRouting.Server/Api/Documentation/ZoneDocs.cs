namespace EmailRouting.Server.Api.Documentation;

internal static class ZoneDocs
{
    private const string Operators = "may be preceded by `equal:`, `not_equal:`, `starts_with:`, `ends_with:` or `contains:`";

    public static readonly OperationDoc List = new(
        "ListZones", ApiTag.Zones, "List domains", "Those that the token reaches. To find the id of a domain: `?name=example.com`.", AnswerDoc.Page(Example.Zone))
    {
        Query =
        [
            QueryDoc.Page,
            QueryDoc.PerPage,
            QueryDoc.Text("name", $"The name; {Operators}."),
            QueryDoc.Word("status", "`active` ones receive mail; `pending` ones wait for their owner's proof.", null, "active", "pending"),
            QueryDoc.Text("account.id", "The account's id, for clients that send it."),
            QueryDoc.Text("account.name", $"The account's name; {Operators}."),
            QueryDoc.Text("type", "`full`, the only type there is; may name several, separated by commas."),
            QueryDoc.Word("match", "Whether a domain must meet all of these conditions or any.", "all", "all", "any"),
            QueryDoc.Word("order", "What the list is sorted by.", "name", "name", "status", "account.id", "account.name", "plan.id"),
            QueryDoc.Direction("asc", "The order"),
        ],
    };

    public static readonly OperationDoc Create = new(
        "CreateZone",
        ApiTag.Zones,
        "Add a domain",
        "From now on the server receives mail for it, once its MX record names this server: `GET …/email/routing/dns` says what to publish. A name may be written in Unicode. Takes a token that is not limited to domains.",
        AnswerDoc.Of(Example.Zone))
    {
        HasRevision = true,
        Body = new BodyDoc(
            () => Shape.Object(
                Field.Required("name", "The domain.", Shape.Text(253, 1)),
                Field.Optional("account", "For clients that send it.", Shape.Object(Field.Required("id", "Of the account of this installation.", Shape.Id()))),
                Field.Optional("type", "The only type there is.", Shape.Word("full", "full")),
                Field.Optional("jump_start", "Known, and without effect.", Shape.Flag())),
            new BodyExample("A domain", """{ "name": "example.com" }""")),
        Errors =
        [
            ApiErrors.Invalid([ApiError.At(ApiErrors.InvalidInput, "Invalid Input: name is missing: a domain such as example.com", "/name")]),
            ApiErrors.Conflicts(ApiErrors.Conflict, "There is already a domain example.com."),
        ],
    };

    public static readonly OperationDoc Get = new("GetZone", ApiTag.Zones, "Get a domain", "Its state; for what is received and how, see its settings.", AnswerDoc.Of(Example.Zone));

    public static readonly OperationDoc Edit = new(
        "EditZone", ApiTag.Zones, "Change a domain", "Only `paused` can be changed. It is kept and shown, for clients that set it; whether mail is received is what the settings say.", AnswerDoc.Of(Example.Zone))
    {
        HasRevision = true,
        TakesIfMatch = true,
        Body = new BodyDoc(
            () => Shape.Object(
                Field.Optional("paused", "As you like.", Shape.Flag()),
                Field.Optional("type", "The only type there is.", Shape.Word(null, "full")),
                Field.Optional("plan", "Known, and without effect.", Shape.Object())),
            new BodyExample("Not paused", """{ "paused": false }""")),
        Errors = [ApiErrors.Invalid([ApiError.At(ApiErrors.InvalidInput, "Invalid Input: paused must be true or false, not a text", "/paused")])],
    };

    public static readonly OperationDoc Check = new(
        "CheckZone",
        ApiTag.Zones,
        "Look at the DNS of a pending domain",
        "Whether its MX record names this server, or its TXT record carries the token. That is looked at every minute anyway. Read the domain again to see whether it is active.",
        AnswerDoc.Of(new Checked(Example.Id(Example.ZoneId))));

    public static readonly OperationDoc Delete = new(
        "DeleteZone",
        ApiTag.Zones,
        "Remove a domain and its rules",
        "Mail for it is refused from now on. Its rules go with it and are not brought back by adding it again. Mail that is already queued is still delivered.",
        AnswerDoc.Of(new Removed(Example.Id(Example.ZoneId))));
}
