using System.Security.Cryptography;
using Scalar.AspNetCore;

namespace EmailRouting.Server.Api.Documentation;

/// <summary><c>/reference</c>: the API, told to people, with a form to try it. All it loads comes from this server.</summary>
internal static class ReferencePage
{
    public const string Path = "/reference";

    public static void MapReference(this WebApplication app)
    {
        app.UseWhen(
            context => context.Request.Path.StartsWithSegments(Path, StringComparison.Ordinal),
            page => page.Use((context, next) =>
            {
                string nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
                context.Items[typeof(ReferencePage)] = nonce;
                IHeaderDictionary headers = context.Response.Headers;
                headers.ContentSecurityPolicy = Policy(nonce);
                headers.XContentTypeOptions = "nosniff";
                headers["Referrer-Policy"] = "no-referrer";
                return next(context);
            }));
        app.MapScalarApiReference(Path, (options, context) =>
        {
            options
                .WithTitle("The API · EmailRouting")
                .WithOpenApiRoutePattern(ApiDocument.Path)
                .WithNonce((string)context.Items[typeof(ReferencePage)]!)
                .AddPreferredSecuritySchemes(ApiFrame.Bearer)
                .WithDefaultHttpClient(ScalarTarget.Shell, ScalarClient.Curl)
                .PreserveSchemaPropertyOrder()
                .WithFavicon("data:,")

                // Nothing leaves for elsewhere: no fonts, no counting of visits, no assistant, no proxy between the page and this server.
                .DisableDefaultFonts()
                .DisableTelemetry()
                .DisableAgent()
                .DisableMcp()
                .HideClientButton()
                .HideDeveloperTools();
        });
    }

    // The one script in the page starts the reference and carries the nonce. The component writes its styles into the page as it goes: these cannot be named one by one.
    private static string Policy(string nonce) =>
        $"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
        + "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}
