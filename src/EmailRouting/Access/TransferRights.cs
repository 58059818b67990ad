using EmailRouting.Rules.Transfer;

namespace EmailRouting.Access;

/// <summary>What somebody must be allowed to carry everything out, or in.</summary>
public static class TransferRights
{
    private static readonly string[] ToExport = [Scope.SettingsRead, Scope.RulesRead, Scope.AddressesRead, Scope.ZonesRead];
    private static readonly string[] ToImport = [Scope.SettingsEdit, Scope.RulesEdit, Scope.AddressesEdit, Scope.ZonesEdit];

    /// <returns>The first scope that he lacks; null: he may.</returns>
    public static string? MissingToExport(this Caller caller) => Array.Find(ToExport, scope => !caller.May(scope));

    /// <summary>Also takes a caller who may see everything: an import may add domains.</summary>
    /// <inheritdoc cref="MissingToExport"/>
    public static string? MissingToImport(this Caller caller) => Array.Find(ToImport, scope => !caller.May(scope));

    /// <summary>To say of an inbox that its owner has agreed is to vouch for it, whether the document says so or whoever brings it in.</summary>
    public static bool Vouches(this TransferDocument? document, bool isVouched) =>
        isVouched || document?.Addresses.Any(address => address.Verified is not null) == true || document?.OwnedDomains.IsEmpty == false;
}
