using System.Collections.Frozen;

namespace EmailRouting.Server.Access;

/// <summary>Who is behind a request, and what he may do.</summary>
/// <param name="Actor">For the history, such as <c>token deploy</c>.</param>
/// <param name="TokenId">The key he came with.</param>
/// <param name="Scopes">Empty is everything.</param>
/// <param name="Domains">The only domains he may see; null: all, and what belongs to none.</param>
internal sealed record Caller(string Actor, Guid TokenId, FrozenSet<string> Scopes, FrozenSet<Guid>? Domains)
{
    public bool May(string scope) => Scope.Allows(Scopes, scope);

    public bool MaySee(Guid domain) => Domains is null || Domains.Contains(domain);

    /// <summary>A parameter of an endpoint: the caller that <see cref="TokenAuthentication"/> has found.</summary>
    public static ValueTask<Caller> BindAsync(HttpContext context) =>
        ValueTask.FromResult(context.Features.Get<Caller>() ?? throw new InvalidOperationException("The endpoint is not behind the API's authentication."));
}
