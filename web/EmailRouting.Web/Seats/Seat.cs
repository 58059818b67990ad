using System.Security.Claims;
using EmailRouting.Access;
using EmailRouting.Storage;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Web.Seats;

/// <summary>Who sits before a page. Asked anew for every deed: a role or a session may have been taken away since the page was drawn.</summary>
public sealed class Seat(AuthenticationStateProvider authentication, IDbContextFactory<RulesDb> databases)
{
    /// <returns>Null where nobody is signed in (any more).</returns>
    public async Task<Caller?> LookAsync() => await LookAsync((await authentication.GetAuthenticationStateAsync()).User);

    /// <param name="user">Of a request that no page makes, such as for a file.</param>
    /// <returns>Null where nobody is signed in (any more).</returns>
    public async Task<Caller?> LookAsync(ClaimsPrincipal user) =>
        SessionClaim.Of(user) is { } session && await PersonAsync(session) is { } person ? person.ToCaller() : null;

    /// <summary>The session that this page belongs to; null where there is none.</summary>
    public async Task<Guid?> SessionAsync() => SessionClaim.Of((await authentication.GetAuthenticationStateAsync()).User);

    /// <param name="scope">What is about to be done; one of <see cref="Scope"/>.</param>
    /// <param name="domain">To what; null where that is no one domain's.</param>
    /// <exception cref="DeniedException">It may not be done by whoever sits here.</exception>
    public async Task<Caller> AskAsync(string scope, Guid? domain = null) =>
        await LookAsync() is { } caller && caller.May(scope) && (domain is null || caller.MaySee(domain.Value)) ? caller : throw new DeniedException();

    private async Task<Person?> PersonAsync(Guid session)
    {
        await using RulesDb db = await databases.CreateDbContextAsync();
        return await db.Sessions.AsNoTracking().Where(s => s.Id == session).Join(db.People.AsNoTracking(), s => s.PersonId, p => p.Id, (_, p) => p).SingleOrDefaultAsync();
    }
}
