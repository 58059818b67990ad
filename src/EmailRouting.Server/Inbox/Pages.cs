using EmailRouting.Network;
using EmailRouting.Server.Hosting;
using EmailRouting.Web.Inbox;
using EmailRouting.Web.Pages;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EmailRouting.Server.Inbox;

/// <summary><c>/</c> and, in Development, <c>/inbox</c>.</summary>
internal static class Pages
{
    public static void AddPages(this IServiceCollection services) => services.AddScoped<HtmlRenderer>();

    public static void MapPages(this WebApplication app)
    {
        RouteGroupBuilder pages = app.MapPageGroup(formAction: "'none'");
        pages.MapGet("/pages.css", () => TypedResults.Stream(
            typeof(Document).Assembly.GetManifestResourceStream("pages.css") ?? throw new InvalidOperationException("The style sheet is not in the assembly."),
            "text/css; charset=utf-8"));
        if (app.Services.GetService<InboxEndpoint>() is null)
        {
            pages.MapGet("/", (OwnIdentity identity, HtmlRenderer renderer) => renderer.PageAsync<HomePage>((nameof(HomePage.HostName), identity.HostName)));
            return;
        }

        pages.MapGet("/", () => TypedResults.Redirect("/inbox"));
        pages.MapGet("/inbox", (LocalInbox inbox, SmtpListeners listeners, HtmlRenderer renderer) => renderer.PageAsync<InboxPage>(
            (nameof(InboxPage.Mails), inbox.NewestFirst()), (nameof(InboxPage.TryLine), TryLine.For(listeners))));
        pages.MapGet("/inbox/{id}", async (string id, LocalInbox inbox, WayIn wayIn, HtmlRenderer renderer, CancellationToken cancellation) =>
            inbox.Find(id) is { } mail
                ? await renderer.PageAsync<MailPage>(
                    (nameof(MailPage.Mail), mail),
                    (nameof(MailPage.Readable), ReadableMail.Of(mail)),
                    (nameof(MailPage.WayIn), await wayIn.FindAsync(mail, cancellation)))
                : await GoneAsync(renderer));
        pages.MapGet("/inbox/{id}/source.eml", async Task<IResult> (string id, LocalInbox inbox, HtmlRenderer renderer) => inbox.Find(id) is { } mail
            ? TypedResults.Bytes(mail.Content, "message/rfc822", $"{mail.Id}.eml")
            : await GoneAsync(renderer));
    }

    private static Task<ContentHttpResult> GoneAsync(HtmlRenderer renderer) => renderer.PageAsync<GonePage>(StatusCodes.Status404NotFound);
}
