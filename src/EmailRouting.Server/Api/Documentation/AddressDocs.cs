namespace EmailRouting.Server.Api.Documentation;

internal static class AddressDocs
{
    private static readonly ApiFailure Missing = ApiErrors.Missing("destination address");

    private static readonly ApiFailure NotByVerify = ApiErrors.Forbidden("to verify an address without its owner takes the scope addresses:verify");

    private static readonly OwnedDomainResource Owned = new(Example.OwnedDomain, Example.At);

    public static readonly OperationDoc List = new(
        "ListAddresses", ApiTag.Addresses, "List destination addresses", "`verified` is when the owner agreed, or null: rules cannot be pointed at the address until then.", AnswerDoc.Page(Example.Address))
    {
        Query =
        [
            QueryDoc.Page,
            QueryDoc.PerPage,
            QueryDoc.Flag("verified", "Only those that are verified, or only those that are not."),
            QueryDoc.Direction("asc", "In the order of their making"),
        ],
    };

    public static readonly OperationDoc Create = new(
        "CreateAddress",
        ApiTag.Addresses,
        "Add a destination address; its owner is asked by mail",
        """
        The owner is sent a mail with a link; when he has confirmed, rules can be pointed at the address. On an owned domain the address is verified at once.

        Adding an address that is there already answers with it as it is, and asks its owner again where he has not answered.
        """,
        AnswerDoc.Of(Example.NewAddress))
    {
        Body = new BodyDoc(
            () => Shape.Object(
                Field.Required("email", "The inbox. Not an address on a domain of this server: such a one needs a rule, not a verification.", Shape.Text(254, 3)),
                Field.Optional("verified", "True vouches for it, and nobody is asked; takes the scope `addresses:verify`.", Shape.Flag(false))),
            new BodyExample("Ask the owner", """{ "email": "me@elsewhere.example" }"""),
            new BodyExample("An inbox of your own", """{ "email": "me@elsewhere.example", "verified": true }""")),
        Errors = [NotByVerify, ApiErrors.Invalid([ApiError.At(ApiErrors.InvalidInput, "Invalid Input: email is missing: an address such as me@example.org", "/email")])],
    };

    public static readonly OperationDoc Get = new("GetAddress", ApiTag.Addresses, "Get a destination address", "To see whether its owner has agreed.", AnswerDoc.Of(Example.Address)) { Errors = [Missing] };

    public static readonly OperationDoc Edit = new(
        "EditAddress",
        ApiTag.Addresses,
        "Verify a destination address, or withdraw it",
        "`verified` vouches for it in its owner's place and takes the scope `addresses:verify`; `unverified` takes it from the rules that point at it, and a rule left with none is disabled.",
        AnswerDoc.Of(Example.Address))
    {
        Body = new BodyDoc(
            () => Shape.Object(Field.Optional("status", "What it is to be.", Shape.Word(null, "verified", "unverified"))),
            new BodyExample("Vouch for it", """{ "status": "verified" }"""),
            new BodyExample("Withdraw it", """{ "status": "unverified" }""")),
        Errors =
        [
            Missing,
            NotByVerify,
            ApiErrors.Invalid([ApiError.At(ApiErrors.InvalidInput, "Invalid Input: status 'yes' must be verified or unverified", "/status")]),
        ],
    };

    public static readonly OperationDoc Delete = new(
        "DeleteAddress",
        ApiTag.Addresses,
        "Remove a destination address",
        "Rules that have other destinations keep those; a rule left with none is disabled. The answer is the address as it was.",
        AnswerDoc.Of(Example.Address))
    {
        Errors = [Missing],
    };

    public static readonly OperationDoc Resend = new(
        "ResendVerification", ApiTag.Addresses, "Ask the owner of the address again", "A new mail with a new link; the old link no longer works. Once a minute at most.", AnswerDoc.Of(Example.NewAddress))
    {
        Errors =
        [
            Missing,
            ApiErrors.Invalid("The destination me@elsewhere.example is verified already."),
            ApiErrors.Limited(TimeSpan.FromMinutes(1), "The owner of me@elsewhere.example was asked less than a minute ago; ask again later."),
        ],
    };

    public static readonly OperationDoc ListOwned = new(
        "ListOwnedDomains",
        ApiTag.Addresses,
        "List domains whose inboxes need no verification",
        "Domains elsewhere whose inboxes are the operator's own: a destination address on one of them is verified at once.",
        AnswerDoc.Page(Owned))
    {
        Query = [QueryDoc.Page, QueryDoc.PerPage],
    };

    public static readonly OperationDoc AddOwned = new(
        "AddOwnedDomain", ApiTag.Addresses, "Vouch for all inboxes of a domain", "Addresses on it that wait for their owners are verified at once, and so is every one that is added later.", AnswerDoc.Of(Owned))
    {
        Body = new BodyDoc(
            () => Shape.Object(Field.Required("name", "The domain, without its subdomains.", Shape.Text(253, 1))),
            new BodyExample("A domain of your own", """{ "name": "inbox.example" }""")),
        Errors =
        [
            ApiErrors.Conflicts(ApiErrors.Conflict, "There is already an owned domain inbox.example."),
            ApiErrors.Invalid([ApiError.At(ApiErrors.InvalidInput, "Invalid Input: name is missing: a domain such as example.org", "/name")]),
        ],
    };

    public static readonly OperationDoc RemoveOwned = new(
        "RemoveOwnedDomain", ApiTag.Addresses, "Vouch for a domain no longer", "What is verified stays so.", AnswerDoc.Of(Owned))
    {
        Errors = [ApiErrors.Missing("owned domain")],
    };
}
