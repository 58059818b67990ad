using System.Collections.Immutable;
using EmailRouting.Smtp;
using EmailRouting.Storage;

namespace EmailRouting.Rules;

internal sealed partial class RuleBatch
{
    private const int MaxSenders = 32;

    /// <summary>
    /// Follows each rule that leads to an address of ours, now that all are written (invariant 6). A circle that an edit closes must pass through a rule it has
    /// saved, so the chains of those are all there is to check.
    /// </summary>
    private async Task<List<(int Index, Edit.Refused Loop)>> FollowAsync(CancellationToken cancellation)
    {
        List<(int, Edit.Refused)> loops = [];
        if (_unfollowed.Count == 0)
        {
            return loops;
        }

        var chains = _unfollowed.ConvertAll(item => (item.Index, item.Rule, Targets: Compiled(item.Rule)));
        EmailAddress[] starts = [.. chains.SelectMany(chain => chain.Targets).Select(target => target.Destination).Distinct()];
        RuleSet rules = starts.Length <= ChainWalk.MaxTargets
            ? await loader.LoadForAsync(db, starts, cancellation)
            : await loader.LoadAllAsync(db, cancellation);
        EmailAddress?[] anybody = [null, .. rules.SenderExamples().Take(MaxSenders)];
        foreach ((int index, Rule rule, ImmutableArray<ForwardTarget> targets) in chains)
        {
            EmailAddress?[] senders = rule.Senders.Length == 0 ? anybody : [.. SenderCondition.Read(rule.Senders).Take(MaxSenders).Select(condition => condition.Example)];
            if (senders.Select(sender => Fault(rules, rule, targets, sender)).FirstOrDefault(fault => fault is not null) is { } loop)
            {
                loops.Add((index, loop));
            }
        }

        return loops;
    }

    private static ImmutableArray<ForwardTarget> Compiled(Rule rule) =>
    [
        .. rule.Targets.OrderBy(t => t.Position).Select(t => t.Alias ?? t.Destination!.Address)
            .Select(text => EmailAddress.TryParse(text, out EmailAddress? address) ? new ForwardTarget(address, Fallback: null) : null).OfType<ForwardTarget>(),
    ];

    private Edit.Refused? Fault(RuleSet rules, Rule rule, ImmutableArray<ForwardTarget> targets, EmailAddress? sender)
    {
        var walk = new ChainWalk(rules, sender, journal.Now);
        walk.Follow(targets[0].Destination, new RecipientDecision.Forward(targets, rule.Id));
        ChainStep? fault = walk.Steps.FirstOrDefault(s => s.Outcome is ChainOutcome.Cycle or ChainOutcome.TooManySteps or ChainOutcome.TooManyTargets);
        return fault?.Outcome switch
        {
            null => null,
            ChainOutcome.Cycle => Loop($"The mail would go round in a circle: it comes back by way of {fault.Address}."),
            ChainOutcome.TooManySteps => Loop($"The mail would pass through more than {ChainWalk.MaxSteps} addresses of ours before it reached {fault.Address}."),
            _ => Loop($"The mail would go to more than {ChainWalk.MaxTargets} inboxes; {fault.Address} would be one too many."),
        };
    }

    private static Edit.Refused Loop(string sentence) => new(RefusalReason.Loop, "actions", sentence);
}
