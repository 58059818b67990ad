using System.Diagnostics;

namespace EmailRouting.Policy;

public static class PolicyActionWord
{
    /// <summary>As in the API, on the command line and in the activity log.</summary>
    public static string Word(this PolicyAction action) => action switch
    {
        PolicyAction.Off => "off",
        PolicyAction.Tag => "tag",
        PolicyAction.Quarantine => "quarantine",
        PolicyAction.Reject => "reject",
        _ => throw new UnreachableException(),
    };
}
