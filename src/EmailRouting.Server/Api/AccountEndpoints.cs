using EmailRouting.Server.Api.Documentation;

namespace EmailRouting.Server.Api;

/// <summary>The one account there is: this installation.</summary>
internal static class AccountEndpoints
{
    public static void MapAccounts(this RouteGroupBuilder root)
    {
        root.MapGet("/accounts", (Account account, Paging paging, string? name) =>
            {
                IReadOnlyList<AccountResource> all = name is null || name == Account.Name ? [AccountResource.Of(account)] : [];
                return Answer.Page([.. all.Skip(paging.Skip).Take(paging.PerPage)], paging, all.Count);
            })
            .NeedsAnyKey().Documented(AccountDocs.List);
        root.MapGet("/accounts/{account_id}", (Account account) => Answer.Ok(AccountResource.Of(account)))
            .NeedsAnyKey().Documented(AccountDocs.Get);
    }
}

internal sealed record AccountResource(Guid Id, string Name, string Type, DateTimeOffset CreatedOn)
{
    public static AccountResource Of(Account account) => new(account.Id, Account.Name, "standard", account.CreatedAt);
}
