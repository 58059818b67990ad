using System.Security.Claims;

namespace EmailRouting.Web.Seats;

/// <summary>Names the session that somebody's principal came from.</summary>
public static class SessionClaim
{
    public const string Type = "session";

    public static Guid? Of(ClaimsPrincipal user) => Guid.TryParseExact(user.FindFirstValue(Type), "N", out Guid id) ? id : null;
}
