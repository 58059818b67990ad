using System.Collections.Immutable;

namespace EmailRouting.Queue;

/// <summary>What an act of the operator has come to.</summary>
/// <param name="Before">Deliveries that were changed, as they had been.</param>
/// <param name="After">The same as they are now: none after a drop, fewer where several copies for one inbox became one.</param>
/// <param name="Untouched">Others of the selection: not in a state for this act, or being attempted.</param>
public sealed record QueueChange(ImmutableArray<QueueEntry> Before, ImmutableArray<QueueEntry> After, ImmutableArray<QueueEntry> Untouched)
{
    /// <summary>False where nothing of the selection is in the queue.</summary>
    public bool IsKnown => !Before.IsEmpty || !Untouched.IsEmpty;

    public bool HasChanged => !Before.IsEmpty;
}
