namespace EmailRouting.Access;

/// <summary>What a key to the API may do: an area and a verb. Who may edit may read; a key without scopes may do everything.</summary>
public static class Scope
{
    public const string ZonesRead = "zones:read";
    public const string ZonesEdit = "zones:edit";
    public const string SettingsRead = "settings:read";
    public const string SettingsEdit = "settings:edit";
    public const string RulesRead = "rules:read";
    public const string RulesEdit = "rules:edit";
    public const string AddressesRead = "addresses:read";
    public const string AddressesEdit = "addresses:edit";

    /// <summary>To vouch for an inbox without its owner's having been asked.</summary>
    public const string AddressesVerify = "addresses:verify";

    public const string ActivityRead = "activity:read";
    public const string QueueRead = "queue:read";
    public const string QueueEdit = "queue:edit";

    /// <summary>To read the messages that are queued.</summary>
    public const string QueueRaw = "queue:raw";

    public const string TokensRead = "tokens:read";
    public const string TokensEdit = "tokens:edit";

    /// <summary>Those who sign in to the dashboard.</summary>
    public const string PeopleRead = "people:read";

    /// <inheritdoc cref="PeopleRead"/>
    public const string PeopleEdit = "people:edit";

    public static readonly string[] All =
    [
        ZonesRead, ZonesEdit, SettingsRead, SettingsEdit, RulesRead, RulesEdit, AddressesRead, AddressesEdit, AddressesVerify, ActivityRead, QueueRead, QueueEdit, QueueRaw,
        TokensRead, TokensEdit, PeopleRead, PeopleEdit,
    ];

    /// <param name="granted">Of the key; empty is everything.</param>
    /// <param name="needed">One of <see cref="All"/>.</param>
    public static bool Allows(IReadOnlyCollection<string> granted, string needed)
    {
        if (granted.Count == 0 || granted.Contains(needed))
        {
            return true;
        }

        (string area, string verb) = (needed[..needed.IndexOf(':', StringComparison.Ordinal)], needed[(needed.IndexOf(':', StringComparison.Ordinal) + 1)..]);
        return verb == "read" && granted.Contains($"{area}:edit");
    }
}
