using EmailRouting.Access;
using EmailRouting.Web.Account;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;

namespace EmailRouting.Server.Access;

/// <summary>Signing in to the dashboard: cookies, sessions, and what a page asks for by script.</summary>
internal static class SignIn
{
    public static void AddSignIn(this IServiceCollection services)
    {
        services.AddPeople().AddSignInManager();
        services.AddSingleton<SignInGuard>();
        services.AddSingleton<SetUpCode>();
        services.AddSingleton<IPasswordHasher<Storage.Person>, PasswordHasher<Storage.Person>>();
        services.AddSingleton<ITicketStore, SessionStore>();
        services.AddHttpContextAccessor();
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.AddOptions<CookieAuthenticationOptions>(IdentityConstants.ApplicationScheme).Configure<ITicketStore>((options, sessions) =>
        {
            options.Cookie.Name = "emailrouting";
            options.Cookie.HttpOnly = true;

            // Lax: a link in a mail leads to a page that knows who opens it; a form of another site does not.
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.LoginPath = "/sign-in";
            options.AccessDeniedPath = "/sign-in";
            options.ExpireTimeSpan = TimeSpan.FromDays(14);
            options.SlidingExpiration = true;
            options.SessionStore = sessions;

            // A session that is revoked is gone from the store: nothing else needs to be looked at.
            options.Events.OnValidatePrincipal = _ => Task.CompletedTask;
        });
        services.AddAuthorization();
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "emailrouting-form";
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
    }

    public static void MapSignIn(this WebApplication app)
    {
        app.MapPost("/sign-out", async (SignInManager<Storage.Person> signIns) =>
        {
            await signIns.SignOutAsync();
            return Results.LocalRedirect("/sign-in");
        }).WithMetadata(FormProtection.Required).ExcludeFromDescription();
        app.MapPasskeys();
    }
}
