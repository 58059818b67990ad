namespace EmailRouting.Server.Api.Documentation;

internal static class AccountDocs
{
    public static readonly OperationDoc List = new(
        "ListAccounts", ApiTag.Accounts, "List accounts", "There is one: this installation. Its id stands in the paths of destination addresses and of lists over all zones.", AnswerDoc.Page(Example.Account))
    {
        Query = [QueryDoc.Page, QueryDoc.PerPage, QueryDoc.Text("name", "Only the account of this name.")],
    };

    public static readonly OperationDoc Get = new(
        "GetAccount", ApiTag.Accounts, "Get the account", "Says what the list says, for those who have the id.", AnswerDoc.Of(Example.Account));
}
