using System.Collections.Immutable;

namespace EmailRouting.Rules;

public sealed partial class RuleBook
{
    public const int MaxNameLength = 256;

    /// <summary>Edits that are made together are read until so many of them are refused.</summary>
    public const int MaxRefusals = 100;

    /// <summary>Refused where the same recipients and senders have a rule already.</summary>
    public Task<Edit> AddRuleAsync(RuleDraft draft, CancellationToken cancellation) => OneAsync(new RuleEdit.Create(draft), cancellation);

    /// <inheritdoc cref="RuleEdit.Update"/>
    public Task<Edit> UpdateRuleAsync(Guid id, RuleDraft draft, int? expectedRevision, CancellationToken cancellation) =>
        OneAsync(new RuleEdit.Update(id, draft, expectedRevision), cancellation);

    /// <summary>Adds or replaces the rule for these recipients and senders.</summary>
    public Task<Edit> SetRuleAsync(RuleDraft draft, CancellationToken cancellation) => OneAsync(new RuleEdit.Set(draft), cancellation);

    /// <inheritdoc cref="RuleEdit.Remove"/>
    public Task<Edit> RemoveRuleAsync(Guid id, int? expectedRevision, CancellationToken cancellation) =>
        OneAsync(new RuleEdit.Remove(id, expectedRevision), cancellation);

    /// <summary>Whatever its revision.</summary>
    public Task<Edit> RemoveRuleAsync(Guid id, CancellationToken cancellation) => RemoveRuleAsync(id, expectedRevision: null, cancellation);

    /// <summary>Refused where a forward has no verified destination left, or would lead in a circle.</summary>
    public Task<Edit> SetEnabledAsync(Guid id, bool enabled, int? expectedRevision, CancellationToken cancellation) =>
        OneAsync(new RuleEdit.SetEnabled(id, enabled, expectedRevision), cancellation);

    /// <summary>Whatever its revision.</summary>
    public Task<Edit> SetEnabledAsync(Guid id, bool enabled, CancellationToken cancellation) => SetEnabledAsync(id, enabled, expectedRevision: null, cancellation);

    /// <summary>Makes many edits in one transaction: each sees what those before it have done, and all are stored or none is.</summary>
    /// <param name="edits">In the order in which they are made.</param>
    /// <param name="dryRun">Only says what would come of them.</param>
    /// <param name="cancellation">Gives up before the commit.</param>
    public Task<Applied> ApplyAsync(IReadOnlyList<RuleEdit> edits, bool dryRun, CancellationToken cancellation) =>
        TransactAsync(
            async (db, journal) =>
            {
                ImmutableArray<Edit> results = await new RuleBatch(db, loader, journal).RunAsync(edits, cancellation);
                return new Applied(results, !dryRun && results.All(result => result is Edit.Done));
            },
            cancellation);

    private async Task<Edit> OneAsync(RuleEdit edit, CancellationToken cancellation) => (await ApplyAsync([edit], dryRun: false, cancellation)).Results[0];
}
