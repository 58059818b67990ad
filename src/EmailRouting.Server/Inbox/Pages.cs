using EmailRouting.Server.Hosting;
using EmailRouting.Server.Smtp;
using EmailRouting.Web.Inbox;
using EmailRouting.Web.Pages;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EmailRouting.Server.Inbox;

/// <summary><c>/inbox</c>, in Development.</summary>
internal static class Pages
{
    public static void AddPages(this IServiceCollection services) => services.AddScoped<HtmlRenderer>();

    public static void MapPages(this WebApplication app)
    {
        RouteGroupBuilder pages = app.MapPageGroup(formAction: "'none'");
        if (app.Services.GetService<InboxEndpoint>() is null)
        {
            return;
        }

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
