using System.Collections.Frozen;

namespace EmailRouting.Access;

/// <summary>Who asks for something, over the API or on a page, and what he may do.</summary>
/// <param name="Actor">For the history, such as <c>token deploy</c>.</param>
/// <param name="Id">The key he came with, or the person.</param>
/// <param name="Scopes">Empty is everything.</param>
/// <param name="Domains">The only domains he may see; null: all, and what belongs to none.</param>
public sealed record Caller(string Actor, Guid Id, FrozenSet<string> Scopes, FrozenSet<Guid>? Domains)
{
    public bool May(string scope) => Scope.Allows(Scopes, scope);

    public bool MaySee(Guid domain) => Domains is null || Domains.Contains(domain);
}
