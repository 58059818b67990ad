using System.Text.Json.Serialization;
using EmailRouting.Access;
using EmailRouting.Network;
using EmailRouting.Rules;
using EmailRouting.Server.Api.Documentation;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Api;

/// <summary>Those who sign in to the dashboard. Nobody becomes more by a token than the token is, and owners are out of its reach.</summary>
internal static class PeopleEndpoints
{
    public static void MapPeople(this RouteGroupBuilder account)
    {
        account.MapGet("/people", ListAsync).Needs(Scope.PeopleRead).Documented(PeopleDocs.List);
        account.MapPost("/people", AddAsync).Needs(Scope.PeopleEdit).Documented(PeopleDocs.Add);
        account.MapPatch("/people/{person_id}", ChangeAsync).Needs(Scope.PeopleEdit).Documented(PeopleDocs.Change);
        account.MapPost("/people/{person_id}/link", LinkAsync).Needs(Scope.PeopleEdit).Documented(PeopleDocs.Link);
        account.MapDelete("/people/{person_id}", RemoveAsync).Needs(Scope.PeopleEdit).Documented(PeopleDocs.Remove);
    }

    private static async Task<IResult> ListAsync(Caller caller, Paging paging, PeopleBook book, CancellationToken cancellation)
    {
        if (caller.Domains is not null)
        {
            return Limited();
        }

        List<Person> all = await book.ListAsync(cancellation);
        return Answer.Page([.. all.Skip(paging.Skip).Take(paging.PerPage).Select(PersonResource.Of)], paging, all.Count);
    }

    private static async Task<IResult> AddAsync(
        HttpRequest request, Caller caller, PeopleBook book, PublicUrl site, IDbContextFactory<RulesDb> databases, CancellationToken cancellation)
    {
        JsonFields body = await JsonBody.ReadObjectAsync(request);
        string? email = body.Text("email", 254);
        if (email is null && body.IsValid)
        {
            body.Missing("email", "an address such as you@example.com");
        }

        PersonRole role = Role(body) ?? PersonRole.Member;
        List<Guid> domains = await TokenEndpoints.DomainsAsync(body, databases, cancellation);
        body.RemarkOnOthers();
        if (!body.IsValid)
        {
            return ApiErrors.Invalid(body.Problems);
        }

        if (Refusal(caller, role) is { } forbidden)
        {
            return forbidden;
        }

        return await book.AddAsync(email!, role, domains) switch
        {
            Edit.Done done => await ShowAsync(done.Id, book, site, isInvited: true, body.Remarks, cancellation),
            Edit.Refused refused => refused.ToFailure(),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static async Task<IResult> ChangeAsync(
        string person_id, HttpRequest request, Caller caller, PeopleBook book, PublicUrl site, IDbContextFactory<RulesDb> databases, CancellationToken cancellation)
    {
        JsonFields body = await JsonBody.ReadObjectAsync(request);
        PersonRole? role = Role(body);
        bool hasDomains = body.Has("domains");
        List<Guid> domains = await TokenEndpoints.DomainsAsync(body, databases, cancellation);
        body.RemarkOnOthers();
        if (!body.IsValid)
        {
            return ApiErrors.Invalid(body.Problems);
        }

        if (await FindAsync(person_id, book, cancellation) is not { } person)
        {
            return ApiErrors.Missing("person");
        }

        if ((Refusal(caller, person.Role) ?? Refusal(caller, role ?? person.Role)) is { } forbidden)
        {
            return forbidden;
        }

        return await book.ChangeAsync(person.Id, role ?? person.Role, hasDomains ? domains : [.. RoleScopes.DomainIds(person.Domains)], cancellation) is Edit.Refused refused
            ? refused.ToFailure()
            : await ShowAsync(person.Id, book, site, isInvited: false, body.Remarks, cancellation);
    }

    private static async Task<IResult> LinkAsync(string person_id, Caller caller, PeopleBook book, PublicUrl site, CancellationToken cancellation) =>
        await FindAsync(person_id, book, cancellation) is not { } person ? ApiErrors.Missing("person")
        : Refusal(caller, person.Role) is { } forbidden ? forbidden
        : await ShowAsync(person.Id, book, site, isInvited: true, [], cancellation);

    private static async Task<IResult> RemoveAsync(string person_id, Caller caller, PeopleBook book, CancellationToken cancellation) =>
        await FindAsync(person_id, book, cancellation) is not { } person ? ApiErrors.Missing("person")
        : Refusal(caller, person.Role) is { } forbidden ? forbidden
        : await book.RemoveAsync(person.Id, cancellation) is Edit.Refused refused ? refused.ToFailure()
        : Answer.Ok(new Removed(person.Id));

    private static PersonRole? Role(JsonFields body)
    {
        string? word = body.Text("role", 20);
        if (word is null)
        {
            return null;
        }

        if (PersonResource.TryRole(word, out PersonRole role))
        {
            return role;
        }

        body.Wrong("role", $"'{Shown.Text(word)}' must be one of admin, member, viewer");
        return null;
    }

    private static ApiFailure? Refusal(Caller caller, PersonRole role) =>
        caller.Domains is not null ? Limited()
        : role == PersonRole.Owner ? ApiErrors.Forbidden("owners are managed by an owner in the dashboard, or on the command line")
        : !caller.MayGrant(role) ? ApiErrors.Forbidden("this token may do less than this role")
        : null;

    private static ApiFailure Limited() => ApiErrors.Forbidden("this token is limited to its domains");

    private static async Task<Person?> FindAsync(string text, PeopleBook book, CancellationToken cancellation) =>
        Guid.TryParseExact(text, "N", out Guid id) ? (await book.ListAsync(cancellation)).Find(p => p.Id == id) : null;

    private static async Task<IResult> ShowAsync(Guid id, PeopleBook book, PublicUrl site, bool isInvited, IReadOnlyList<ApiError> remarks, CancellationToken cancellation)
    {
        if ((await book.ListAsync(cancellation)).Find(p => p.Id == id) is not { } person)
        {
            return ApiErrors.Missing("person");
        }

        string? link = isInvited && await book.InviteAsync(id) is { } invitation ? site.Of(invitation.Path).AbsoluteUri : null;
        return new ApiSuccess<PersonResource>(PersonResource.Of(person) with { Link = link }) { Messages = remarks };
    }
}

/// <summary>Somebody, with the ids of the domains that a member or viewer sees.</summary>
internal sealed record PersonResource(Guid Id, string Email, string Role, IReadOnlyList<Guid> Domains, bool SecondFactor, DateTimeOffset Created, DateTimeOffset? SignedIn)
{
    /// <summary>With which a password is chosen, once, within a day; only where it was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Link { get; init; }

    public static PersonResource Of(Person person) => new(
        person.Id, person.Email ?? string.Empty, Word(person.Role), [.. RoleScopes.DomainIds(person.Domains)], person.TwoFactorEnabled, person.CreatedAt, person.SignedInAt);

    public static bool TryRole(string word, out PersonRole role)
    {
        foreach (PersonRole known in Enum.GetValues<PersonRole>())
        {
            if (Word(known) == word)
            {
                role = known;
                return true;
            }
        }

        role = default;
        return false;
    }

    private static string Word(PersonRole role) => role.ToString().ToLowerInvariant();
}
