using EmailRouting.Network;
using EmailRouting.Server.Hosting;
using EmailRouting.Web.Inbox;
using EmailRouting.Web.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EmailRouting.Server.Inbox;

/// <summary><c>/</c> and, in Development, <c>/inbox</c>. What they show is anybody's: nothing but their own style sheet may load.</summary>
internal static class Pages
{
    private const string ContentSecurityPolicy = "default-src 'self'; script-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void AddPages(this IServiceCollection services) => services.AddScoped<HtmlRenderer>();

    public static void MapPages(this WebApplication app)
    {
        RouteGroupBuilder pages = app.MapGroup(string.Empty);
        pages.AddEndpointFilter(async (invocation, next) =>
        {
            IHeaderDictionary headers = invocation.HttpContext.Response.Headers;
            headers.ContentSecurityPolicy = ContentSecurityPolicy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers.CacheControl = "no-store";
            return await next(invocation);
        });

        pages.MapGet("/pages.css", () => TypedResults.Stream(
            typeof(Document).Assembly.GetManifestResourceStream("pages.css") ?? throw new InvalidOperationException("The style sheet is not in the assembly."),
            "text/css; charset=utf-8"));
        if (app.Services.GetService<InboxEndpoint>() is null)
        {
            pages.MapGet("/", (OwnIdentity identity, HtmlRenderer renderer) => PageAsync<HomePage>(renderer, (nameof(HomePage.HostName), identity.HostName)));
            return;
        }

        pages.MapGet("/", () => TypedResults.Redirect("/inbox"));
        pages.MapGet("/inbox", (LocalInbox inbox, SmtpListeners listeners, HtmlRenderer renderer) => PageAsync<InboxPage>(
            renderer, (nameof(InboxPage.Mails), inbox.NewestFirst()), (nameof(InboxPage.TryLine), TryLine.For(listeners))));
        pages.MapGet("/inbox/{id}", async (string id, LocalInbox inbox, WayIn wayIn, HtmlRenderer renderer, CancellationToken cancellation) =>
            inbox.Find(id) is { } mail
                ? await PageAsync<MailPage>(
                    renderer,
                    (nameof(MailPage.Mail), mail),
                    (nameof(MailPage.Readable), ReadableMail.Of(mail)),
                    (nameof(MailPage.WayIn), await wayIn.FindAsync(mail, cancellation)))
                : await GoneAsync(renderer));
        pages.MapGet("/inbox/{id}/source.eml", async Task<IResult> (string id, LocalInbox inbox, HtmlRenderer renderer) => inbox.Find(id) is { } mail
            ? TypedResults.Bytes(mail.Content, "message/rfc822", $"{mail.Id}.eml")
            : await GoneAsync(renderer));
    }

    private static Task<ContentHttpResult> GoneAsync(HtmlRenderer renderer) => PageAsync<GonePage>(renderer, StatusCodes.Status404NotFound);

    private static Task<ContentHttpResult> PageAsync<TPage>(HtmlRenderer renderer, params (string Name, object? Value)[] parameters)
        where TPage : IComponent => PageAsync<TPage>(renderer, StatusCodes.Status200OK, parameters);

    private static async Task<ContentHttpResult> PageAsync<TPage>(HtmlRenderer renderer, int status, params (string Name, object? Value)[] parameters)
        where TPage : IComponent
    {
        var values = ParameterView.FromDictionary(parameters.ToDictionary(p => p.Name, p => p.Value));
        string html = await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<TPage>(values)).ToHtmlString());
        return TypedResults.Text(html, "text/html; charset=utf-8", statusCode: status);
    }
}
