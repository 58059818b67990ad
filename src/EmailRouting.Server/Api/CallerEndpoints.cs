using EmailRouting.Access;
using EmailRouting.Server.Api.Documentation;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Api;

/// <summary>What a client asks first: does my token work, who am I.</summary>
internal static class CallerEndpoints
{
    public static void MapCallers(this RouteGroupBuilder root, RouteGroupBuilder account)
    {
        root.MapGet("/user/tokens/verify", VerifyAsync).NeedsAnyKey().Documented(TokenDocs.Verify);
        account.MapGet("/tokens/verify", VerifyAsync).NeedsAnyKey().Documented(TokenDocs.VerifyOfAccount);
        root.MapGet("/user", (Caller caller) => Answer.Ok(new UserResource(caller.Id, null, caller.Actor))).NeedsAnyKey().Documented(TokenDocs.User);
        root.MapGet("/memberships", (Caller caller, Paging paging, Account own) => Answer.Page(
                paging.Page == 1 ? [new Membership(caller.Id, "accepted", AccountResource.Of(own))] : (IReadOnlyList<Membership>)[], paging, 1)).NeedsAnyKey().Documented(TokenDocs.Memberships);
    }

    private static async Task<IResult> VerifyAsync(Caller caller, IDbContextFactory<RulesDb> databases, CancellationToken cancellation)
    {
        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        DateTimeOffset? expires = await db.Tokens.Where(t => t.Id == caller.Id).Select(t => t.ExpiresAt).SingleOrDefaultAsync(cancellation);
        return new ApiSuccess<TokenState>(new TokenState(caller.Id, "active") { ExpiresOn = expires })
        {
            Messages = [new ApiError(10000, "This API Token is valid and active")],
        };
    }
}
