using EmailRouting.Access;
using EmailRouting.Mail;
using EmailRouting.Queue;
using EmailRouting.Storage;
using EmailRouting.Web.Seats;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Hosting;

/// <summary>A message in the queue as a file. Anybody may have written it: it is to be saved, and never to be shown as a page of this server's.</summary>
internal static class MessageFile
{
    /// <summary>For the dashboard's page about the message.</summary>
    public static void MapMessageFile(this WebApplication app) => app.MapGet("/queue/{id}/message.eml", SaveAsync).RequireAuthorization().ExcludeFromDescription();

    /// <param name="id">Its name.</param>
    /// <param name="content">As it came.</param>
    /// <param name="response">That it becomes.</param>
    public static FileStreamHttpResult Of(MailId id, Stream content, HttpResponse response)
    {
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        return TypedResults.Stream(content, "message/rfc822", $"{id}.eml");
    }

    /// <returns>Whoever may not read it is told no more than about a message that is not there.</returns>
    private static async Task<IResult> SaveAsync(
        string id, HttpContext context, Seat seat, IDbContextFactory<RulesDb> databases, QueueOperator queue, CancellationToken cancellation)
    {
        if (!MailId.TryParse(id, out MailId message) || await seat.LookAsync(context.User) is not { } caller || !caller.May(Scope.QueueRaw))
        {
            return TypedResults.NotFound();
        }

        IReadOnlyList<string>? names = (await Place.OfAsync(caller, null, databases, cancellation)).Names;
        return await queue.OpenRawAsync(new QueueSelection(message) { Domains = names is null ? null : [.. names] }, cancellation) is { } content
            ? Of(message, content, context.Response)
            : TypedResults.NotFound();
    }
}
