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
        person.Role switch
        {
            PersonRole.Owner or PersonRole.Admin => Everything,
            PersonRole.Member => OfMembers,
            _ => OfViewers,
        },
        person.Role >= PersonRole.Admin ? null : DomainIds(person.Domains).ToFrozenSet());

    /// <param name="text">As it is stored: ids separated by blanks.</param>
    public static IEnumerable<Guid> DomainIds(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => Guid.ParseExact(id, "N"));
}
