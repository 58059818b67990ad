using System.Collections.Immutable;
using EmailRouting.Access;
using EmailRouting.Mail;
using EmailRouting.Queue;
using EmailRouting.Rules;
using EmailRouting.Server.Api.Documentation;
using EmailRouting.Server.Hosting;
using EmailRouting.Smtp;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Api;

/// <summary>The queue: what is owed, to whom, and what an operator may do about it. Below a zone it is what is addressed to that domain.</summary>
internal static class QueueEndpoints
{
    private const int MaxTextLength = 254;

    private delegate Task<QueueChange> Act(QueueOperator queue, QueueSelection selection, CancellationToken cancellation);

    public static void MapQueue(this RouteGroupBuilder account, RouteGroupBuilder zone)
    {
        Map(account.MapGroup("/email/routing/queue"), new QueueDocs(string.Empty));
        Map(zone.MapGroup("/email/routing/queue"), new QueueDocs("Zone"));
    }

    private static void Map(RouteGroupBuilder queue, QueueDocs docs)
    {
        queue.MapGet(string.Empty, ListAsync).Needs(Scope.QueueRead).Documented(docs.List);
        queue.MapGet("/{id}", ShowAsync).Needs(Scope.QueueRead).Documented(docs.Get);
        queue.MapGet("/{id}/raw", RawAsync).Needs(Scope.QueueRaw).Documented(docs.Raw);

        MapAct(queue, "retry", docs.Retry, "it is held, or being attempted already", static (operations, selection, stop) => operations.RetryAsync(selection, stop));
        MapAct(queue, "hold", docs.Hold, "nothing of it is queued", static (operations, selection, stop) => operations.HoldAsync(selection, stop));
        MapAct(queue, "release", docs.Release, "nothing of it is held", static (operations, selection, stop) => operations.ReleaseAsync(selection, stop));
        queue.MapPost("/{id}/redirect", RedirectAsync).Needs(Scope.QueueEdit).Documented(docs.Redirect);
        queue.MapDelete("/{id}", DropAsync).Needs(Scope.QueueEdit).Documented(docs.Drop);
    }

    private static void MapAct(RouteGroupBuilder queue, string verb, OperationDoc documentation, string why, Act act) => queue
        .MapPost($"/{{id}}/{verb}", async (string id, HttpRequest request, Reach reach, QueueOperator operations, CancellationToken cancellation) =>
        {
            JsonFields body = await JsonBody.ReadObjectAsync(request);
            return await ActAsync(id, body.Text("delivery", MaxTextLength), body, reach, operations, why, act, cancellation);
        })
        .Needs(Scope.QueueEdit).Documented(documentation);

    private static async Task<IResult> ListAsync(HttpRequest request, Reach reach, Paging paging, QueueOperator queue, CancellationToken cancellation)
    {
        string text = request.Query["text"].ToString();
        string cursor = request.Query["cursor"].ToString();
        if (text.Length > MaxTextLength)
        {
            return ApiErrors.BadQuery($"text '{Shown.Text(text)}' can have at most {MaxTextLength} characters, as an address has");
        }

        if (paging.Page > 1)
        {
            return ApiErrors.BadQuery($"page '{paging.Page}' is not known here, for mail comes and goes: go on with cursor, the next_cursor of the page before");
        }

        DeliveryId after = default;
        if (cursor.Length > 0 && !DeliveryId.TryParse(cursor, out after))
        {
            return ApiErrors.BadQuery($"cursor '{Shown.Text(cursor)}' must be the next_cursor of a page before");
        }

        var filter = new QueueFilter(paging.PerPage)
        {
            State = QueryWord.Of(request.Query, "state", string.Empty, "queued", "held", "failed") is { Length: > 0 } state ? Enum.Parse<QueueDbState>(state, ignoreCase: true) : null,
            Text = text.Length > 0 ? text : null,
            Domains = reach.Domains,
            After = cursor.Length > 0 ? after : null,
        };

        QueuePage page = await queue.ListAsync(filter, cancellation);
        string? next = page.Next?.ToString();
        return new ApiSuccess<IReadOnlyList<QueueDelivery>>(QueueDelivery.Of(page.Entries))
        {
            ResultInfo = new CountedCursorFacts(page.Entries.Length, paging.PerPage, page.Total, next, next),
        };
    }

    private static async Task<IResult> ShowAsync(string id, Reach reach, QueueOperator queue, CancellationToken cancellation) =>
        await FindAsync(id, reach, queue, cancellation) is { IsEmpty: false } entries ? Answer.Ok(QueueMessage.Of(entries)) : NoSuchMessage();

    private static async Task<IResult> RawAsync(string id, HttpResponse response, Reach reach, QueueOperator queue, CancellationToken cancellation) =>
        MailId.TryParse(id, out MailId message) && await queue.OpenRawAsync(new QueueSelection(message) { Domains = reach.Domains }, cancellation) is { } content
            ? MessageFile.Of(message, content, response)
            : NoSuchMessage();

    private static async Task<IResult> RedirectAsync(
        string id, HttpRequest request, Reach reach, QueueOperator queue, IDbContextFactory<RulesDb> databases, CancellationToken cancellation)
    {
        JsonFields body = await JsonBody.ReadObjectAsync(request);
        string? delivery = body.Text("delivery", MaxTextLength);
        string? destination = body.Text("destination", MaxTextLength);
        if (destination is null && body.IsValid)
        {
            body.Missing("destination", "a verified destination address such as you@inbox.example");
        }

        if (!body.IsValid)
        {
            return ApiErrors.Invalid(body.Problems);
        }

        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        (EmailAddress? inbox, Edit.Refused? refused) = await VerifiedInbox.FindAsync(db, destination!, cancellation);
        return inbox is null
            ? refused!.ToFailure()
            : await ActAsync(
                id, delivery, body, reach, queue, "it goes there already, or it is being attempted: hold it first",
                (operations, selection, stop) => operations.RedirectAsync(selection, inbox, stop), cancellation);
    }

    private static async Task<IResult> DropAsync(string id, HttpRequest request, Reach reach, QueueOperator queue, CancellationToken cancellation)
    {
        JsonFields body = await JsonBody.ReadObjectAsync(request);
        string? delivery = body.Text("delivery", MaxTextLength) ?? (request.Query["delivery"].ToString() is { Length: > 0 } asked ? asked : null);
        return await ActAsync(
            id, delivery, body, reach, queue, "it is addressed to other domains too", static (operations, selection, stop) => operations.DropAsync(selection, stop), cancellation);
    }

    private static async Task<IResult> ActAsync(
        string id, string? delivery, JsonFields body, Reach reach, QueueOperator queue, string why, Act act, CancellationToken cancellation)
    {
        body.RemarkOnOthers();
        if (!body.IsValid)
        {
            return ApiErrors.Invalid(body.Problems);
        }

        if (!MailId.TryParse(id, out MailId message))
        {
            return NoSuchMessage();
        }

        DeliveryId one = default;
        if (delivery is not null && !DeliveryId.TryParse(delivery, out one))
        {
            return NoSuchDelivery();
        }

        QueueChange change = await act(queue, new QueueSelection(message) { Delivery = delivery is null ? null : one, Domains = reach.Domains }, cancellation);
        return !change.IsKnown ? delivery is null ? NoSuchMessage() : NoSuchDelivery()
            : !change.HasChanged ? ApiErrors.Conflicts(ApiErrors.Conflict, $"The message stays as it is: {why}")
            : new ApiSuccess<QueueOutcome>(new QueueOutcome(
                message.ToString(), QueueDelivery.Of(change.After.IsEmpty ? change.Before : change.After), QueueDelivery.Of(change.Untouched)))
            {
                Messages = body.Remarks,
            };
    }

    private static async Task<ImmutableArray<QueueEntry>> FindAsync(string id, Reach reach, QueueOperator queue, CancellationToken cancellation) =>
        MailId.TryParse(id, out MailId message) ? await queue.ShowAsync(new QueueSelection(message) { Domains = reach.Domains }, cancellation) : [];

    private static ApiFailure NoSuchMessage() => ApiErrors.Missing("message in the queue: it is delivered, dropped, or never was");

    private static ApiFailure NoSuchDelivery() => ApiErrors.Missing("delivery of this message in the queue");
}
