using EmailRouting.Access;
using EmailRouting.Storage;

namespace EmailRouting.Web.Seats;

/// <summary>What every page stands on: who looks, and at which domains. A parameter that <c>Shell</c> hands down.</summary>
/// <param name="Caller">For what is shown; a deed asks the <see cref="Seat"/>.</param>
/// <param name="Domains">All that he may see, by name.</param>
/// <param name="Domain">The one that is chosen in the address of the page; null: all of them.</param>
public sealed record Place(Caller Caller, IReadOnlyList<Domain> Domains, Domain? Domain)
{
    /// <summary>For questions to the activity and the queue: null is all mail, be it addressed to a domain of ours or not.</summary>
    public IReadOnlyList<string>? Names => Domain is { } one ? [one.Name] : Caller.Domains is null ? null : [.. Domains.Select(d => d.Name)];

    /// <summary>The chosen domain, or the only one there is; null where somebody must choose.</summary>
    public Domain? Only => Domain ?? (Domains.Count == 1 ? Domains[0] : null);

    public bool May(string scope) => Caller.May(scope);

    /// <summary>Keeps the chosen domain in a link to another page.</summary>
    /// <param name="path">Without a query.</param>
    public string Link(string path) => Domain is { } one ? $"{path}?domain={Uri.EscapeDataString(one.Name)}" : path;
}
