namespace EmailRouting.Server.Api.Documentation;

internal static class TokenDocs
{
    private const string VerifyHelp = "Answers with the token's id where it is valid now, and with when it expires where it does. The place to start: a 401 here is about the token, not about the path.";

    private static readonly AnswerDoc Active = AnswerDoc.Of(
        new TokenState(Example.Id(Example.TokenId), "active"), new ApiError(ApiErrors.Authentication, "This API Token is valid and active"));

    public static readonly OperationDoc Verify = new("VerifyToken", ApiTag.Tokens, "Verify the token", VerifyHelp, Active);

    public static readonly OperationDoc VerifyOfAccount = new(
        "VerifyAccountToken", ApiTag.Tokens, "Verify the token, for clients of account tokens", $"{VerifyHelp} It is the same as `GET /client/v4/user/tokens/verify`.", Active);

    public static readonly OperationDoc User = new(
        "GetUser",
        ApiTag.Tokens,
        "Who the token speaks for",
        "`username` is how the token's changes are signed in the history of rules. Tokens belong to no person: `email` is null.",
        AnswerDoc.Of(new UserResource(Example.Id(Example.TokenId), null, "token first")));

    private static readonly TokenResource Deploy = new(
        Example.Id(Example.TokenId), "deploy", "active", [EmailRouting.Access.Scope.RulesEdit], [], Example.At, Example.At.AddDays(365), null);

    public static readonly OperationDoc List = new(
        "ListTokens", ApiTag.Tokens, "List tokens", "What they open stays secret. No scopes is everything, no domains is all.", AnswerDoc.Page(Deploy))
    {
        Query = [QueryDoc.Page, QueryDoc.PerPage],
    };

    public static readonly OperationDoc Create = new(
        "CreateToken",
        ApiTag.Tokens,
        "Make a token",
        "`value` is what it is used by, and is told this once. A token cannot make one that may do more than itself.",
        AnswerDoc.Of(Deploy with { Value = "dGhpcyBpcyBub3QgYSB0b2tlbiBvZiBhbnlib2R5IQ4" }))
    {
        Body = new BodyDoc(
            () => Shape.Object(
                Field.Required("name", "What it is for.", Shape.Text(100, 1)),
                Field.Optional("scopes", "What it may do; none is everything.", Shape.List(Shape.Word(null, EmailRouting.Access.Scope.All))),
                Field.Optional("domains", "Names or ids of the only domains it reaches; none is all.", Shape.List(Shape.Text(253))),
                Field.Optional("expires_on", "From then on it is worthless.", Shape.Instant().OrNull())),
            new BodyExample("For rules alone", """{ "name": "deploy", "scopes": ["rules:edit"], "expires_on": "2099-12-31T00:00:00Z" }""")),
        Errors =
        [
            ApiErrors.Invalid([ApiError.At(ApiErrors.InvalidInput, "Invalid Input: name is missing: what the token is for", "/name")]),
            ApiErrors.Conflicts(ApiErrors.Conflict, "There is already a token named 'deploy'."),
        ],
    };

    public static readonly OperationDoc Revoke = new(
        "RevokeToken", ApiTag.Tokens, "Revoke a token", "Whatever signs in with it stops working at once.", AnswerDoc.Of(new Removed(Example.Id(Example.TokenId))))
    {
        Errors = [ApiErrors.Missing("token")],
    };

    public static readonly OperationDoc Memberships = new(
        "ListMemberships",
        ApiTag.Tokens,
        "The accounts that the token reaches",
        "Always the one account there is; some tools look for it here.",
        AnswerDoc.Page(new Membership(Example.Id(Example.TokenId), "accepted", Example.Account)))
    {
        Query = [QueryDoc.Page, QueryDoc.PerPage],
    };
}
