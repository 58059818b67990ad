using System.Collections.Frozen;
using EmailRouting.Storage;

namespace EmailRouting.Access;

/// <summary>What the roles mean in the words of the API: what somebody may do on a page, a key with these scopes may do too.</summary>
public static class RoleScopes
{
    // A set without members is everything.
    private static readonly FrozenSet<string> Everything = [];

    private static readonly FrozenSet<string> OfMembers =
    [
        Scope.ZonesEdit, Scope.SettingsEdit, Scope.RulesEdit, Scope.AddressesEdit, Scope.ActivityRead, Scope.QueueRead, Scope.QueueEdit,
    ];

    private static readonly FrozenSet<string> OfViewers =
    [
        Scope.ZonesRead, Scope.SettingsRead, Scope.RulesRead, Scope.AddressesRead, Scope.ActivityRead, Scope.QueueRead,
    ];

    public static Caller ToCaller(this Person person) => new(
        person.Email ?? person.Id.ToString("N"),
        person.Id,
        Of(person.Role),
        person.Role >= PersonRole.Admin ? null : DomainIds(person.Domains).ToFrozenSet());

    /// <summary>None is everything.</summary>
    public static FrozenSet<string> Of(PersonRole role) => role switch
    {
        PersonRole.Owner or PersonRole.Admin => Everything,
        PersonRole.Member => OfMembers,
        _ => OfViewers,
    };

    /// <summary>Whether a key may make somebody this, or touch somebody who is it: only where that is no more than the key itself may.</summary>
    /// <remarks>Owners are managed by an owner in the dashboard, and on the command line: a key that an admin has made is not to be the way round that.</remarks>
    public static bool MayGrant(this Caller key, PersonRole role) =>
        role != PersonRole.Owner && key.Domains is null && (key.Scopes.Count == 0 || (Of(role).Count > 0 && Of(role).All(key.May)));

    /// <param name="text">As it is stored: ids separated by blanks.</param>
    public static IEnumerable<Guid> DomainIds(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => Guid.ParseExact(id, "N"));
}
