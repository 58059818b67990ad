using System.Collections.Immutable;

namespace EmailRouting.Rules;

/// <summary>What a rule is to do, nothing checked.</summary>
public abstract record DraftAction
{
    private DraftAction()
    {
    }

    /// <param name="Addresses">Verified destinations, or addresses on domains of ours.</param>
    public sealed record Forward(ImmutableArray<string> Addresses) : DraftAction;

    public sealed record Drop : DraftAction;

    public sealed record Reject(int Code, string Text) : DraftAction;
}
