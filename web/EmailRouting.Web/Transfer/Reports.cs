using EmailRouting.Rules.Transfer;

namespace EmailRouting.Web.Transfer;

internal static class Reports
{
    /// <summary>Whether anything is left to be done.</summary>
    public static bool HasChanges(this ImportReport report) => report.RulesChanged > 0 || !report.DomainsAdded.IsEmpty || !report.DestinationsAdded.IsEmpty;
}
