using EmailRouting.Rules.Transfer;

namespace EmailRouting.Web.Transfer;

internal static class Reports
{
    /// <summary>Whether anything is left to be done.</summary>
    public static bool HasChanges(this ImportReport report) => report.RulesChanged > 0 || !report.DomainsAdded.IsEmpty || !report.DestinationsAdded.IsEmpty;

    /// <summary>Whether it says more than rules do: what it says of a domain is set, and no report counts that.</summary>
    public static bool BringsSettings(this TransferDocument document) =>
        document.Contact is not null || document.Senders is not null || !document.OwnedDomains.IsEmpty
        || document.Zones.Any(zone => zone is not { Enabled: null, SupportSubaddress: null, SkipWizard: null, Profile: null, Contact: null, Policy: null, Senders: null });
}
