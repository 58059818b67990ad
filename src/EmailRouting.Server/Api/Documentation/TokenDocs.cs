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
