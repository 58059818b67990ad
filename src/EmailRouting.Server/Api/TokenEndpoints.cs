using System.Text.Json.Serialization;
using EmailRouting.Access;
using EmailRouting.Server.Api.Documentation;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Api;

/// <summary>Keys to this API. None can be made that may do more than the one that makes it.</summary>
internal static class TokenEndpoints
{
    private const int MaxDomains = 1_000;

    public static void MapTokens(this RouteGroupBuilder account)
    {
        account.MapGet("/tokens", ListAsync).Needs(Scope.TokensRead).Documented(TokenDocs.List);
        account.MapPost("/tokens", CreateAsync).Needs(Scope.TokensEdit).Documented(TokenDocs.Create);
        account.MapDelete("/tokens/{token_id}", RevokeAsync).Needs(Scope.TokensEdit).Documented(TokenDocs.Revoke);
    }

    private static async Task<IResult> ListAsync(Caller caller, Paging paging, IDbContextFactory<RulesDb> databases, TimeProvider clock, CancellationToken cancellation)
    {
        if (caller.Domains is not null)
        {
            return Limited();
        }

        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        int total = await db.Tokens.CountAsync(cancellation);
        List<Token> page = await db.Tokens.AsNoTracking().OrderBy(t => t.Id).Skip(paging.Skip).Take(paging.PerPage).ToListAsync(cancellation);
        return Answer.Page(page.ConvertAll(token => TokenResource.Of(token, clock.GetUtcNow())), paging, total);
    }

    private static async Task<IResult> CreateAsync(
        HttpRequest request, Caller caller, TokenBook book, IDbContextFactory<RulesDb> databases, TimeProvider clock, CancellationToken cancellation)
    {
        JsonFields body = await JsonBody.ReadObjectAsync(request);
        string? name = body.Text("name", 100);
        if (string.IsNullOrWhiteSpace(name) && body.IsValid)
        {
            body.Missing("name", "what the token is for");
        }

        IReadOnlyList<string> scopes = body.Texts("scopes", Scope.All.Length, 50) ?? [];
        if (scopes.FirstOrDefault(scope => !Scope.All.Contains(scope)) is { } unknown)
        {
            body.Wrong("scopes", $"'{Shown.Text(unknown)}' must be one of {string.Join(", ", Scope.All)}");
        }

        List<Guid> domains = await DomainsAsync(body, databases, cancellation);
        DateTimeOffset? expires = body.Instant("expires_on");
        if (expires <= clock.GetUtcNow())
        {
            body.Wrong("expires_on", "is in the past");
        }

        body.RemarkOnOthers();
        if (!body.IsValid)
        {
            return ApiErrors.Invalid(body.Problems);
        }

        if (caller.Domains is not null)
        {
            return Limited();
        }

        if (caller.Scopes.Count > 0 && (scopes.Count == 0 || !scopes.All(caller.May)))
        {
            return ApiErrors.Forbidden("a token cannot make one that may do more than itself");
        }

        if (await book.CreateAsync(name!.Trim(), scopes, domains, expires, cancellation) is not { } made)
        {
            return ApiErrors.Conflicts(ApiErrors.Conflict, $"There is already a token named '{Shown.Text(name)}'.");
        }

        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        Token token = await db.Tokens.AsNoTracking().SingleAsync(t => t.Id == made.Id, cancellation);
        return new ApiSuccess<TokenResource>(TokenResource.Of(token, clock.GetUtcNow()) with { Value = made.Secret }) { Messages = body.Remarks };
    }

    private static async Task<IResult> RevokeAsync(string token_id, Caller caller, TokenBook book, CancellationToken cancellation) =>
        caller.Domains is not null ? Limited()
        : Guid.TryParseExact(token_id, "N", out Guid id) && await book.RevokeAsync(id.ToString("N"), cancellation) is { } revoked ? Answer.Ok(new Removed(revoked))
        : ApiErrors.Missing("token");

    /// <summary>Names or ids, in the field <c>domains</c>.</summary>
    internal static async Task<List<Guid>> DomainsAsync(JsonFields body, IDbContextFactory<RulesDb> databases, CancellationToken cancellation)
    {
        var ids = new List<Guid>();
        await using RulesDb db = await databases.CreateDbContextAsync(cancellation);
        foreach (string text in body.Texts("domains", MaxDomains, 253) ?? [])
        {
            Guid? id = Guid.TryParseExact(text, "N", out Guid parsed) ? parsed : null;
            string? name = Rules.DomainName.TryParse(text, out string? domain) ? domain : null;
            if (await db.Domains.Where(d => d.Id == id || d.Name == name).Select(d => (Guid?)d.Id).FirstOrDefaultAsync(cancellation) is { } known)
            {
                ids.Add(known);
            }
            else
            {
                body.Wrong("domains", $"'{Shown.Text(text)}' is no domain of this server");
            }
        }

        return ids;
    }

    private static ApiFailure Limited() => ApiErrors.Forbidden("this token is limited to its domains");
}

/// <summary>A key, without what it opens: no scopes is everything, no domains is all of them.</summary>
internal sealed record TokenResource(Guid Id, string Name, string Status, IReadOnlyList<string> Scopes, IReadOnlyList<Guid> Domains, DateTimeOffset IssuedOn, DateTimeOffset? ExpiresOn, DateTimeOffset? LastUsedOn)
{
    /// <summary>What it is used by; only where it has just been made.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Value { get; init; }

    public static TokenResource Of(Token token, DateTimeOffset now) => new(
        token.Id,
        token.Name,
        token.ExpiresAt <= now ? "expired" : "active",
        token.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        [.. RoleScopes.DomainIds(token.Domains)],
        token.CreatedAt,
        token.ExpiresAt,
        token.LastUsedAt);
}
