using EmailRouting.Storage;

namespace EmailRouting.Web.People;

/// <summary>What somebody is to be.</summary>
/// <param name="Email">Of a new person.</param>
/// <param name="Role">What he may do.</param>
/// <param name="Domains">Of a member or a viewer.</param>
public sealed record PersonInput(string Email, PersonRole Role, IReadOnlyCollection<Guid> Domains);
