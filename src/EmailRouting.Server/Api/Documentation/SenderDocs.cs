using EmailRouting.Storage;

namespace EmailRouting.Server.Api.Documentation;

/// <summary>The lists are found below the account and below each zone: the same operations, under names of their own.</summary>
/// <param name="of">Of the operation ids; empty below the account.</param>
internal sealed class SenderDocs(string of)
{
    public const string What = "entry on this list";

    public static readonly SenderDocs OfAccount = new(string.Empty);
    public static readonly SenderDocs OfZone = new("Zone");

    public static readonly ApiFailure NotByLimited = ApiErrors.Forbidden("this token is limited to its domains, and the list for all of them is not theirs");

    private static readonly SenderResource Listed = new(Example.Id(Example.SenderId), "192.0.2.0/24", ListedSenderKind.Network, "block", "sends nothing but spam", Example.At);

    private readonly string _place = of.Length == 0
        ? "Below the account it is the list for all zones."
        : "Below a zone it is its own list, which goes before the one for all zones.";

    private IReadOnlyList<ApiFailure> Own => of.Length == 0 ? [NotByLimited] : [];

    public OperationDoc List => new(
        $"List{of}Senders",
        ApiTag.Settings,
        "List the senders that are allowed or blocked",
        $"{_place} An entry that allows goes before one that blocks: nothing that the policy looks at then refuses the mail.",
        AnswerDoc.Page(Listed))
    {
        Query = [QueryDoc.Page, QueryDoc.PerPage],
        Errors = Own,
    };

    public OperationDoc Set => new(
        $"Set{of}Sender",
        ApiTag.Settings,
        "Allow or block a sender",
        $"""
        {_place} One that is there already changes sides.

        The address of a sender is what the client says: whoever knows that you allow it can say it too. Allow a network where you can.
        """,
        AnswerDoc.Of(Listed))
    {
        Body = new BodyDoc(
            () => Shape.Object(
                Field.Required("entry", "A sender's address, a domain with all below it, or a network of clients.", Shape.Text(254, 1)),
                Field.Required("action", "What becomes of his mail.", Shape.Word(null, "allow", "block")),
                Field.Optional("note", "Why, in one line.", Shape.Text(200).OrNull())),
            new BodyExample("Block a network", """{ "entry": "192.0.2.0/24", "action": "block", "note": "sends nothing but spam" }"""),
            new BodyExample("Allow a sender", """{ "entry": "news@there.example", "action": "allow" }""")),
        Errors =
        [
            .. Own,
            ApiErrors.Invalid([ApiError.At(ApiErrors.InvalidInput, "Invalid Input: The entry 'x y' is neither an address, nor a domain, nor a network such as 192.0.2.0/24.", "/entry")]),
        ],
    };

    public OperationDoc Remove => new($"Remove{of}Sender", ApiTag.Settings, "Take a sender off the list", "The answer is the entry as it was.", AnswerDoc.Of(Listed))
    {
        Errors = [.. Own, ApiErrors.Missing(What)],
    };
}
