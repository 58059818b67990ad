using EmailRouting.Rules;

namespace EmailRouting.Web.Addresses;

internal static class DraftChanges
{
    /// <summary>The rule as a forward to this address alone; what belonged to another action goes.</summary>
    public static RuleDraft To(this RuleDraft draft, string address)
    {
        bool hasFallback = draft.Fallback is { } fallback && !fallback.Equals(address, StringComparison.OrdinalIgnoreCase);
        return draft with
        {
            Action = new DraftAction.Forward([address]),
            Fallback = hasFallback ? draft.Fallback : null,
            FallbackAfterMinutes = hasFallback ? draft.FallbackAfterMinutes : null,
            WrittenValue = draft.Action is DraftAction.Forward ? draft.WrittenValue : null,
        };
    }
}
