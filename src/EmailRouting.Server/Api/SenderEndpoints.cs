using EmailRouting.Access;
using EmailRouting.Rules;
using EmailRouting.Server.Api.Documentation;
using EmailRouting.Storage;

namespace EmailRouting.Server.Api;

/// <summary>The allow and block lists: below a zone its own, below the account the one for all zones.</summary>
internal static class SenderEndpoints
{
    private const int MaxEntry = 254;
    private const int MaxNote = 1000;

    public static void MapSenders(this RouteGroupBuilder account, RouteGroupBuilder zone)
    {
        RouteGroupBuilder everybodys = account.MapGroup("/email/routing/senders");
        everybodys.MapGet(string.Empty, (Caller caller, Paging paging, RuleBook book, CancellationToken cancellation) =>
            OfAllAsync(caller, () => ListAsync(null, paging, book, cancellation))).Needs(Scope.SettingsRead).Documented(SenderDocs.OfAccount.List);
        everybodys.MapPost(string.Empty, (HttpRequest request, Caller caller, RuleBook book, CancellationToken cancellation) =>
            OfAllAsync(caller, () => SetAsync(null, request, caller, book, cancellation))).Needs(Scope.SettingsEdit).Documented(SenderDocs.OfAccount.Set);
        everybodys.MapDelete("/{sender_id}", (string sender_id, Caller caller, RuleBook book, CancellationToken cancellation) =>
            OfAllAsync(caller, () => RemoveAsync(null, sender_id, caller, book, cancellation))).Needs(Scope.SettingsEdit).Documented(SenderDocs.OfAccount.Remove);

        RouteGroupBuilder own = zone.MapGroup("/email/routing/senders");
        own.MapGet(string.Empty, (Zone zone, Paging paging, RuleBook book, CancellationToken cancellation) =>
            ListAsync(zone.Id, paging, book, cancellation)).Needs(Scope.SettingsRead).Documented(SenderDocs.OfZone.List);
        own.MapPost(string.Empty, (Zone zone, HttpRequest request, Caller caller, RuleBook book, CancellationToken cancellation) =>
            SetAsync(zone.Id, request, caller, book, cancellation)).Needs(Scope.SettingsEdit).Documented(SenderDocs.OfZone.Set);
        own.MapDelete("/{sender_id}", (Zone zone, string sender_id, Caller caller, RuleBook book, CancellationToken cancellation) =>
            RemoveAsync(zone.Id, sender_id, caller, book, cancellation)).Needs(Scope.SettingsEdit).Documented(SenderDocs.OfZone.Remove);
    }

    /// <summary>The list for all zones decides on mail of zones that a limited key may not see.</summary>
    private static Task<IResult> OfAllAsync(Caller caller, Func<Task<IResult>> act) =>
        caller.Domains is null ? act() : Task.FromResult<IResult>(SenderDocs.NotByLimited);

    private static async Task<IResult> ListAsync(Guid? domain, Paging paging, RuleBook book, CancellationToken cancellation)
    {
        IReadOnlyList<ListedSender> all = await book.ListedSendersAsync(domain, cancellation);
        return Answer.Page([.. all.Skip(paging.Skip).Take(paging.PerPage).Select(SenderResource.Of)], paging, all.Count);
    }

    private static async Task<IResult> SetAsync(Guid? domain, HttpRequest request, Caller caller, RuleBook book, CancellationToken cancellation)
    {
        JsonFields body = await JsonBody.ReadObjectAsync(request);
        string? entry = body.Text("entry", MaxEntry);
        if (entry is null && body.IsValid)
        {
            body.Missing("entry", "an address, a domain, or a network such as 192.0.2.0/24");
        }

        string? action = body.Text("action", 20);
        if (action is null && body.IsValid)
        {
            body.Missing("action", "allow or block");
        }
        else if (action is not (null or "allow" or "block"))
        {
            body.Wrong("action", $"'{Shown.Text(action)}' must be allow or block");
        }

        string? note = body.Text("note", MaxNote);
        body.RemarkOnOthers();
        if (!body.IsValid)
        {
            return ApiErrors.Invalid(body.Problems);
        }

        Edit edit = await book.As(caller.Actor).SetListedSenderAsync(domain, entry!, action == "allow", note, cancellation);
        if (edit is Edit.Refused refused)
        {
            return refused.ToFailure();
        }

        ListedSender? listed = (await book.ListedSendersAsync(domain, cancellation)).FirstOrDefault(l => l.Id == ((Edit.Done)edit).Id);
        return listed is null ? ApiErrors.Missing(SenderDocs.What) : new ApiSuccess<SenderResource>(SenderResource.Of(listed)) { Messages = body.Remarks };
    }

    private static async Task<IResult> RemoveAsync(Guid? domain, string id, Caller caller, RuleBook book, CancellationToken cancellation)
    {
        ListedSender? listed = Guid.TryParseExact(id, "N", out Guid wanted) ? (await book.ListedSendersAsync(domain, cancellation)).FirstOrDefault(l => l.Id == wanted) : null;
        return listed is null ? ApiErrors.Missing(SenderDocs.What)
            : await book.As(caller.Actor).RemoveListedSenderAsync(domain, wanted, cancellation) is Edit.Refused refused ? refused.ToFailure()
            : Answer.Ok(SenderResource.Of(listed));
    }
}

/// <param name="Id">Of the entry.</param>
/// <param name="Entry">Address, domain or network.</param>
/// <param name="Kind"><c>address</c>, <c>domain</c> or <c>network</c>.</param>
/// <param name="Action"><c>allow</c> or <c>block</c>.</param>
/// <param name="Note">Why; null where nothing is said.</param>
/// <param name="Created">When it was put there.</param>
internal sealed record SenderResource(Guid Id, string Entry, ListedSenderKind Kind, string Action, string? Note, DateTimeOffset Created)
{
    public static SenderResource Of(ListedSender listed) => new(listed.Id, listed.Value, listed.Kind, listed.IsAllowed ? "allow" : "block", listed.Note, listed.CreatedAt);
}
