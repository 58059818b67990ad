using EmailRouting.Access;
using EmailRouting.Rules;
using EmailRouting.Server.Api.Documentation;
using EmailRouting.Smtp;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Api;

/// <summary>Destination addresses: the inboxes that rules may forward to, once their owners have agreed.</summary>
internal static class AddressEndpoints
{
    public static void MapAddresses(this RouteGroupBuilder account)
    {
        RouteGroupBuilder addresses = account.MapGroup("/email/routing/addresses");
        addresses.MapGet(string.Empty, ListAsync).Needs(Scope.AddressesRead).Documented(AddressDocs.List);
        addresses.MapPost(string.Empty, CreateAsync).Needs(Scope.AddressesEdit).Documented(AddressDocs.Create);
        addresses.MapGet("/{address_id}", GetAsync).Needs(Scope.AddressesRead).Documented(AddressDocs.Get);
        addresses.MapPatch("/{address_id}", EditAsync).Needs(Scope.AddressesEdit).Documented(AddressDocs.Edit);
        addresses.MapDelete("/{address_id}", DeleteAsync).Needs(Scope.AddressesEdit).Documented(AddressDocs.Delete);
        addresses.MapPost("/{address_id}/resend", ResendAsync).Needs(Scope.AddressesEdit).Documented(AddressDocs.Resend);
    }

    private static async Task<IResult> ListAsync(HttpRequest request, Paging paging, IDbContextFactory<RulesDb> databases, CancellationToken cancellation)
    {
        bool? verified = QueryWord.Flag(request.Query, "verified");
        bool isDescending = QueryWord.Of(request.Query, "direction", "asc", "asc", "desc") == "desc";
        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        IQueryable<Destination> addresses = db.Destinations.AsNoTracking();
        if (verified is not null)
        {
            addresses = addresses.Where(d => d.VerifiedAt != null == verified);
        }

        int total = await addresses.CountAsync(cancellation);
        addresses = isDescending ? addresses.OrderByDescending(d => d.Id) : addresses.OrderBy(d => d.Id);
        List<Destination> page = await addresses.Skip(paging.Skip).Take(paging.PerPage).ToListAsync(cancellation);
        return Answer.Page(page.ConvertAll(AddressResource.Of), paging, total);
    }

    private static async Task<IResult> CreateAsync(HttpRequest request, Caller caller, RuleBook book, IDbContextFactory<RulesDb> databases, CancellationToken cancellation)
    {
        JsonFields body = await JsonBody.ReadObjectAsync(request);
        string? email = body.Text("email", 254);
        if (email is null && body.IsValid)
        {
            body.Missing("email", "an address such as me@example.org");
        }

        bool isVouched = body.Flag("verified") ?? false;
        body.RemarkOnOthers("id", "tag", "created", "modified", "status");
        if (!body.IsValid)
        {
            return ApiErrors.Invalid(body.Problems);
        }

        if (isVouched && !caller.May(Scope.AddressesVerify))
        {
            return ApiErrors.Forbidden($"to verify an address without its owner takes the scope {Scope.AddressesVerify}");
        }

        RuleBook edits = book.As(caller.Actor);
        Edit edit = await edits.AddDestinationAsync(email!, isVouched, cancellation);
        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        Destination? address;
        switch (edit)
        {
            case Edit.Done done:
                address = await db.Destinations.AsNoTracking().SingleAsync(d => d.Id == done.Id, cancellation);
                break;

            case Edit.Refused { Reason: RefusalReason.Duplicate }:
                // Who adds it again wants it to be there, and if it waits for its owner, that he be asked again.
                string key = EmailAddress.TryParse(email, out EmailAddress? parsed) ? AddressKey.Of(parsed) : string.Empty;
                address = await db.Destinations.AsNoTracking().SingleOrDefaultAsync(d => d.Key == key, cancellation);
                if (address is { VerifiedAt: null })
                {
                    await edits.RequestVerificationAsync(address.Id, cancellation);
                }

                break;

            default:
                return ((Edit.Refused)edit).ToFailure();
        }

        return address is null
            ? ApiErrors.Missing("address")
            : new ApiSuccess<AddressResource>(AddressResource.Of(address)) { Messages = body.Remarks };
    }

    private static async Task<IResult> GetAsync(string address_id, IDbContextFactory<RulesDb> databases, CancellationToken cancellation) =>
        await FindAsync(address_id, databases, cancellation) is { } address ? Answer.Ok(AddressResource.Of(address)) : ApiErrors.Missing("destination address");

    private static async Task<IResult> EditAsync(
        string address_id, HttpRequest request, Caller caller, RuleBook book, IDbContextFactory<RulesDb> databases, CancellationToken cancellation)
    {
        JsonFields body = await JsonBody.ReadObjectAsync(request);
        string? status = body.Text("status", 20);
        if (status is not (null or "verified" or "unverified"))
        {
            body.Wrong("status", $"'{Shown.Text(status)}' must be verified or unverified");
        }

        body.RemarkOnOthers();
        if (!body.IsValid)
        {
            return ApiErrors.Invalid(body.Problems);
        }

        if (status == "verified" && !caller.May(Scope.AddressesVerify))
        {
            return ApiErrors.Forbidden($"to verify an address without its owner takes the scope {Scope.AddressesVerify}");
        }

        return await ChangeAsync(
            address_id,
            caller,
            databases,
            address => status switch
            {
                "verified" => book.As(caller.Actor).VerifyDestinationAsync(address.Id, cancellation),
                "unverified" => book.As(caller.Actor).UnverifyDestinationAsync(address.Id, cancellation),
                _ => Task.FromResult<Edit>(new Edit.Done(address.Id)),
            },
            cancellation);
    }

    private static async Task<IResult> DeleteAsync(
        string address_id, Caller caller, RuleBook book, IDbContextFactory<RulesDb> databases, CancellationToken cancellation) =>
        await ChangeAsync(address_id, caller, databases, address => book.As(caller.Actor).RemoveDestinationAsync(address.Id, cancellation), cancellation);

    private static async Task<IResult> ResendAsync(
        string address_id, Caller caller, RuleBook book, IDbContextFactory<RulesDb> databases, CancellationToken cancellation) =>
        await ChangeAsync(address_id, caller, databases, address => book.As(caller.Actor).RequestVerificationAsync(address.Id, cancellation), cancellation);

    /// <summary>The answer is the address as it is now; as it was, where it is gone.</summary>
    private static async Task<IResult> ChangeAsync(
        string id, Caller caller, IDbContextFactory<RulesDb> databases, Func<Destination, Task<Edit>> change, CancellationToken cancellation)
    {
        if (caller.Domains is not null)
        {
            return ApiErrors.Forbidden("this token is limited to its domains, and destination addresses are everybody's");
        }

        if (await FindAsync(id, databases, cancellation) is not { } address)
        {
            return ApiErrors.Missing("destination address");
        }

        return await change(address) is Edit.Refused refused
            ? refused.ToFailure()
            : Answer.Ok(AddressResource.Of(await FindAsync(id, databases, cancellation) ?? address));
    }

    private static async Task<Destination?> FindAsync(string text, IDbContextFactory<RulesDb> databases, CancellationToken cancellation)
    {
        if (!Guid.TryParseExact(text, "N", out Guid id))
        {
            return null;
        }

        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        return await db.Destinations.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, cancellation);
    }
}

/// <summary>An inbox that rules may forward to once <c>verified</c> says when its owner agreed; null: not yet.</summary>
internal sealed record AddressResource(Guid Id, Guid Tag, string Email, DateTimeOffset Created, DateTimeOffset Modified, DateTimeOffset? Verified)
{
    public static AddressResource Of(Destination destination) =>
        new(destination.Id, destination.Id, destination.Address, destination.CreatedAt, destination.ModifiedAt, destination.VerifiedAt);
}
