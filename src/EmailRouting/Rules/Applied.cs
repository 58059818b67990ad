using System.Collections.Immutable;

namespace EmailRouting.Rules;

/// <summary>What came of edits that were made together: all are stored, or none is.</summary>
/// <param name="Results">In the order of the edits. Where many are refused it ends before the last edit: after <see cref="RuleBook.MaxRefusals"/> refusals.</param>
/// <param name="IsStored">False where an edit was refused, and on a dry run.</param>
public sealed record Applied(ImmutableArray<Edit> Results, bool IsStored)
{
    /// <summary>With the index of its edit.</summary>
    public IEnumerable<(int Index, Edit.Refused Refusal)> Refusals =>
        Results.Select((edit, index) => (index, edit as Edit.Refused)).Where(r => r.Item2 is not null).Select(r => (r.index, r.Item2!));
}
