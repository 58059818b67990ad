using EmailRouting.Access;
using EmailRouting.Activity;
using EmailRouting.Mail;
using EmailRouting.Rules;
using EmailRouting.Server.Api.Documentation;
using EmailRouting.Storage;

namespace EmailRouting.Server.Api;

/// <summary>What happened to each message. Below a zone, and for a key that is limited to domains, it is what concerns their aliases and nothing beside it.</summary>
internal static class ActivityEndpoints
{
    private const int MaxTextLength = 254;

    public static void MapActivity(this RouteGroupBuilder account, RouteGroupBuilder zone)
    {
        Map(account.MapGroup("/email/routing/activity"), new ActivityDocs(string.Empty));
        Map(zone.MapGroup("/email/routing/activity"), new ActivityDocs("Zone"));
    }

    private static void Map(RouteGroupBuilder activity, ActivityDocs docs)
    {
        activity.MapGet(string.Empty, ListAsync).Needs(Scope.ActivityRead).Documented(docs.List);
        activity.MapGet("/{id}", ShowAsync).Needs(Scope.ActivityRead).Documented(docs.Get);
        activity.MapGet("/stream", ActivityStream.OpenAsync).Needs(Scope.ActivityRead).Documented(docs.Stream);
    }

    private static async Task<IResult> ListAsync(HttpRequest request, Reach reach, Paging paging, ActivityReader reader, CancellationToken cancellation)
    {
        if (paging.Page > 1)
        {
            return ApiErrors.BadQuery($"page '{paging.Page}' is not known here, for mail comes in meanwhile: go on with cursor, the next_cursor of the page before");
        }

        ActivityPage page = await reader.ListAsync(Filter(request.Query, reach), Id(request.Query, "cursor", "the next_cursor of a page before"), paging.PerPage, cancellation);
        string? next = page.Next?.ToString();
        return new ApiSuccess<IReadOnlyList<ActivityItem>>([.. page.Entries.Select(ActivityItem.Of)])
        {
            ResultInfo = new CursorFacts(page.Entries.Length, paging.PerPage, next, next),
        };
    }

    private static async Task<IResult> ShowAsync(string id, Reach reach, ActivityReader reader, CancellationToken cancellation) =>
        MailId.TryParse(id, out MailId message) && await reader.ShowAsync(message, reach.Domains, cancellation) is { } story
            ? Answer.Ok(ActivityMessage.Of(story))
            : ApiErrors.Missing("message in the activity log: it is too old, or never was");

    private static ActivityFilter Filter(IQueryCollection query, Reach reach)
    {
        (DateTimeOffset? since, DateTimeOffset? until) = (QueryInstant.Of(query, "since"), QueryInstant.Of(query, "until"));
        return new ActivityFilter
        {
            From = since,
            Until = until,
            Domains = reach.Domains,
            Alias = Text(query, "address"),
            AliasContains = Text(query, "address_contains"),
            Sender = Text(query, "sender"),
            SenderDomain = SenderDomain(query),
            Status = Status(query),
            RuleId = QueryWord.Id(query, "rule_id"),
            MessageId = Id(query, "message_id", "the id of a message, as in our 250"),
            Text = Text(query, "text"),
        };
    }

    private static string? Text(IQueryCollection query, string name)
    {
        string text = query[name].ToString();
        return text.Length <= MaxTextLength
            ? text.Length == 0 ? null : text
            : throw new BadRequestException(ApiErrors.BadQuery($"{name} '{Shown.Text(text)}' can have at most {MaxTextLength} characters, as an address has"));
    }

    private static string? SenderDomain(IQueryCollection query) =>
        Text(query, "sender_domain") is not { } text ? null
        : DomainName.TryParse(text, out string? name) ? name
        : throw new BadRequestException(ApiErrors.BadQuery($"sender_domain '{Shown.Text(text)}' must be a domain such as example.com"));

    private static MessageStatus? Status(IQueryCollection query) =>
        MessageStatusWord.TryParse(QueryWord.Of(query, "status", string.Empty, [.. MessageStatusWord.All]), out MessageStatus status) ? status : null;

    private static MailId? Id(IQueryCollection query, string name, string what)
    {
        string text = query[name].ToString();
        return text.Length == 0 ? null
            : MailId.TryParse(text, out MailId id) ? id
            : throw new BadRequestException(ApiErrors.BadQuery($"{name} '{Shown.Text(text)}' must be {what}"));
    }
}
