using EmailRouting.Network;
using EmailRouting.Rules;
using EmailRouting.Server.Hosting;
using EmailRouting.Storage;
using EmailRouting.Web.Pages;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Verification;

/// <summary>Where the link in a verification mail leads. Only the button confirms: there are programs that open every link in a mail, and they have not agreed to anything.</summary>
internal static class VerificationPages
{
    public static void AddVerification(this WebApplicationBuilder builder, DataDirectory data)
    {
        builder.Services.AddInstallationKeys(data);
        builder.Services.AddSingleton(PublicUrlSetting.Read(builder.Configuration));
        builder.Services.AddSingleton<VerificationLink>();
        builder.Services.AddHostedService<VerificationSender>();
    }

    public static void MapVerification(this WebApplication app)
    {
        RouteGroupBuilder pages = app.MapPageGroup(formAction: "'self'");
        pages.MapGet("/verify/{secret}", async (string secret, VerificationLink links, OwnIdentity identity, HtmlRenderer renderer, IDbContextFactory<RulesDb> databases, CancellationToken cancellation) =>
            await PageAsync(renderer, identity, await FindAsync(secret, links, databases, cancellation), isConfirmed: false));
        pages.MapPost("/verify/{secret}", async (string secret, VerificationLink links, OwnIdentity identity, HtmlRenderer renderer, RuleBook book, IDbContextFactory<RulesDb> databases, CancellationToken cancellation) =>
        {
            string? address = await FindAsync(secret, links, databases, cancellation);
            bool isConfirmed = address is not null
                && links.TryOpen(secret, out Guid destination, out string nonce)
                && await book.As($"owner of {address}").ConfirmDestinationAsync(destination, nonce, cancellation) is Edit.Done;
            return await PageAsync(renderer, identity, isConfirmed ? address : null, isConfirmed);
        });
    }

    /// <returns>The address that a link is about; null where the link does not work (any more).</returns>
    private static async Task<string?> FindAsync(string secret, VerificationLink links, IDbContextFactory<RulesDb> databases, CancellationToken cancellation)
    {
        if (!links.TryOpen(secret, out Guid destination, out string nonce))
        {
            return null;
        }

        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        return await db.Destinations.Where(d => d.Id == destination && d.Nonce == nonce && d.VerifiedAt == null).Select(d => d.Address).SingleOrDefaultAsync(cancellation);
    }

    private static async Task<IResult> PageAsync(HtmlRenderer renderer, OwnIdentity identity, string? address, bool isConfirmed) =>
        await renderer.PageAsync<VerifyPage>(
            address is null ? StatusCodes.Status410Gone : StatusCodes.Status200OK,
            (nameof(VerifyPage.Address), address),
            (nameof(VerifyPage.IsConfirmed), isConfirmed),
            (nameof(VerifyPage.HostName), identity.HostName));
}
