using EmailRouting.Access;

namespace EmailRouting.Web.Destinations;

/// <summary>Destinations are everybody's: who sees some domains only may add one and have its owner asked, and no more.</summary>
internal static class InboxRights
{
    public static bool MayChangeInboxes(this Caller caller) => caller.Domains is null && caller.May(Scope.AddressesEdit);

    public static bool MayVouch(this Caller caller) => caller.Domains is null && caller.May(Scope.AddressesVerify);
}
