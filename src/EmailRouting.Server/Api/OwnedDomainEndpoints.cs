using EmailRouting.Access;
using EmailRouting.Rules;
using EmailRouting.Server.Api.Documentation;
using EmailRouting.Storage;

namespace EmailRouting.Server.Api;

/// <summary>Domains elsewhere whose inboxes are the operator's own: a destination address on one of them is verified at once.</summary>
internal static class OwnedDomainEndpoints
{
    public static void MapOwnedDomains(this RouteGroupBuilder account)
    {
        RouteGroupBuilder owned = account.MapGroup("/email/routing/owned_domains");
        owned.MapGet(string.Empty, ListAsync).Needs(Scope.AddressesRead).Documented(AddressDocs.ListOwned);
        owned.MapPost(string.Empty, AddAsync).Needs(Scope.AddressesVerify).Documented(AddressDocs.AddOwned);
        owned.MapDelete("/{name}", RemoveAsync).Needs(Scope.AddressesVerify).Documented(AddressDocs.RemoveOwned);
    }

    private static async Task<IResult> ListAsync(Paging paging, RuleBook book, CancellationToken cancellation)
    {
        IReadOnlyList<OwnedDomain> all = await book.OwnedDomainsAsync(cancellation);
        return Answer.Page([.. all.Skip(paging.Skip).Take(paging.PerPage).Select(OwnedDomainResource.Of)], paging, all.Count);
    }

    private static async Task<IResult> AddAsync(HttpRequest request, Caller caller, RuleBook book, CancellationToken cancellation)
    {
        JsonFields body = await JsonBody.ReadObjectAsync(request);
        string? name = body.Text("name", 253);
        if (name is null && body.IsValid)
        {
            body.Missing("name", "a domain such as example.org");
        }

        body.RemarkOnOthers();
        if (!body.IsValid)
        {
            return ApiErrors.Invalid(body.Problems);
        }

        if (await book.As(caller.Actor).AddOwnedDomainAsync(name!, cancellation) is Edit.Refused refused)
        {
            return refused.ToFailure();
        }

        OwnedDomain? added = (await book.OwnedDomainsAsync(cancellation)).FirstOrDefault(d => DomainName.TryParse(name!, out string? parsed) && d.Name == parsed);
        return added is null ? ApiErrors.Missing("owned domain") : new ApiSuccess<OwnedDomainResource>(OwnedDomainResource.Of(added)) { Messages = body.Remarks };
    }

    private static async Task<IResult> RemoveAsync(string name, Caller caller, RuleBook book, CancellationToken cancellation)
    {
        OwnedDomain? known = (await book.OwnedDomainsAsync(cancellation)).FirstOrDefault(d => DomainName.TryParse(name, out string? parsed) && d.Name == parsed);
        return known is null ? ApiErrors.Missing("owned domain")
            : await book.As(caller.Actor).RemoveOwnedDomainAsync(known.Name, cancellation) is Edit.Refused refused ? refused.ToFailure()
            : Answer.Ok(OwnedDomainResource.Of(known));
    }
}

internal sealed record OwnedDomainResource(string Name, DateTimeOffset Created)
{
    public static OwnedDomainResource Of(OwnedDomain domain) => new(domain.Name, domain.CreatedAt);
}
