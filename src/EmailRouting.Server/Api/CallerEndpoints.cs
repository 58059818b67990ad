using EmailRouting.Server.Access;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Api;

/// <summary>What a client asks first: does my token work, who am I.</summary>
internal static class CallerEndpoints
{
    public static void MapCallers(this RouteGroupBuilder root, RouteGroupBuilder account)
    {
        root.MapGet("/user/tokens/verify", VerifyAsync).NeedsAnyKey()
            .WithName("VerifyToken").WithSummary("Verify the token").WithTags("Tokens").Produces<Envelope<TokenState>>();
        account.MapGet("/tokens/verify", VerifyAsync).NeedsAnyKey()
            .WithName("VerifyAccountToken").WithSummary("Verify the token").WithTags("Tokens").Produces<Envelope<TokenState>>();
        root.MapGet("/user", (Caller caller) => Answer.Ok(new UserResource(caller.TokenId, null, caller.Actor))).NeedsAnyKey()
            .WithName("GetUser").WithSummary("Who the token speaks for").WithTags("Tokens").Produces<Envelope<UserResource>>();
        root.MapGet("/memberships", (Caller caller, Paging paging, Account own) => Answer.Page(
                paging.Page == 1 ? [new Membership(caller.TokenId, "accepted", AccountResource.Of(own))] : (IReadOnlyList<Membership>)[], paging, 1)).NeedsAnyKey()
            .WithName("ListMemberships").WithSummary("The accounts that the token reaches").WithTags("Tokens").Produces<Envelope<IReadOnlyList<Membership>>>();
    }

    private static async Task<IResult> VerifyAsync(Caller caller, IDbContextFactory<RulesDb> databases, CancellationToken cancellation)
    {
        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        DateTimeOffset? expires = await db.Tokens.Where(t => t.Id == caller.TokenId).Select(t => t.ExpiresAt).SingleOrDefaultAsync(cancellation);
        return new ApiSuccess<TokenState>(new TokenState(caller.TokenId, "active") { ExpiresOn = expires })
        {
            Messages = [new ApiError(10000, "This API Token is valid and active")],
        };
    }
}
