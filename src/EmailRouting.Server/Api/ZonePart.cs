using EmailRouting.Rules;
using EmailRouting.Storage;

namespace EmailRouting.Server.Api;

/// <summary>Which domain of a zone a request is about: <c>{"name": "sub.example.com"}</c>, or the zone itself where it does not say.</summary>
internal static class ZonePart
{
    /// <param name="zone">With its subdomains.</param>
    /// <param name="body">May have a <c>name</c>.</param>
    /// <param name="part">The domain; null where the answer is a failure.</param>
    /// <returns>Null where there is such a domain.</returns>
    public static ApiFailure? Find(Zone zone, JsonFields body, out Domain? part)
    {
        ApiFailure? problem = Name(zone, body, out string? name);
        part = problem is not null ? null : name is null || name == zone.Name ? zone.Domain : zone.Subdomains.FirstOrDefault(d => d.Name == name);
        return problem ?? (part is null ? ApiErrors.Missing($"subdomain {name}: POST …/email/routing/dns with its name adds it") : null);
    }

    /// <param name="zone">Of which it must be.</param>
    /// <param name="body">May have a <c>name</c>.</param>
    /// <param name="name">In A-labels; null where the body names none.</param>
    public static ApiFailure? Name(Zone zone, JsonFields body, out string? name)
    {
        name = null;
        string? text = body.Text("name", 253);
        if (!body.IsValid)
        {
            return ApiErrors.Invalid(body.Problems);
        }

        if (text is null)
        {
            return null;
        }

        if (!DomainName.TryParse(text, out name) || (name != zone.Name && !name.EndsWith($".{zone.Name}", StringComparison.Ordinal)))
        {
            return NotASubdomain(zone);
        }

        return null;
    }

    // The words are those that clients know, to the letter.
    public static ApiFailure NotASubdomain(Zone zone) => ApiErrors.Invalid($"must be a a subdomains of {zone.Name}");
}
