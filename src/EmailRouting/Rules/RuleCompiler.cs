using System.Collections.Immutable;
using System.Diagnostics;
using EmailRouting.Mail;
using EmailRouting.Smtp;
using EmailRouting.Storage;

namespace EmailRouting.Rules;

/// <summary>Turns rows into entries: what a rule decides is worked out here, once.</summary>
/// <param name="destinations">The verified ones that the rows may name.</param>
internal sealed class RuleCompiler(IReadOnlyDictionary<Guid, EmailAddress> destinations)
{
    // Most rules have one target, and many share it: they share the array too.
    private readonly Dictionary<Guid, ImmutableArray<ForwardTarget>> _single = [];

    /// <summary>One call per rule, in the order of the rows.</summary>
    public IEnumerable<(RuleRow Rule, RuleEntry Entry)> Compile(IEnumerable<RuleRow> rows)
    {
        var rule = new List<RuleRow>();
        foreach (RuleRow row in rows)
        {
            if (rule.Count > 0 && rule[0].Id != row.Id)
            {
                yield return (rule[0], Compile(rule));
                rule.Clear();
            }

            rule.Add(row);
        }

        if (rule.Count > 0)
        {
            yield return (rule[0], Compile(rule));
        }
    }

    private RuleEntry Compile(List<RuleRow> rows)
    {
        RuleRow rule = rows[0];
        RecipientDecision decision = rule.Action switch
        {
            RuleAction.Forward => new RecipientDecision.Forward(Targets(rows), rule.Id),
            RuleAction.Drop => new RecipientDecision.Drop(rule.Id),
            RuleAction.Reject => new RecipientDecision.Refuse(
                RejectReply.Make(rule.RejectCode ?? RejectReply.DefaultCode, rule.RejectText ?? RejectReply.DefaultText), rule.Id),
            _ => throw new UnreachableException(),
        };
        RuleState state = !rule.Enabled ? RuleState.Disabled
            : decision is RecipientDecision.Forward { Targets.IsEmpty: true } ? RuleState.NoDestination
            : RuleState.Active;
        RuleTerms? terms = rule is { Priority: 0, Senders.Length: 0, ExpiresAt: null }
            ? null
            : new RuleTerms(rule.Priority, SenderCondition.Read(rule.Senders), rule.ExpiresAt);
        return new RuleEntry(decision, state, terms);
    }

    private ImmutableArray<ForwardTarget> Targets(List<RuleRow> rows)
    {
        Fallback? fallback = FallbackOf(rows[0]);
        if (rows.Count == 1 && rows[0].DestinationId is { } only && fallback is null)
        {
            return Single(only);
        }

        ImmutableArray<ForwardTarget>.Builder targets = ImmutableArray.CreateBuilder<ForwardTarget>(rows.Count);
        foreach (RuleRow row in rows)
        {
            if (row.DestinationId is { } id)
            {
                targets.AddRange(fallback is null ? Single(id) : Single(id).Select(target => target with { Fallback = fallback }));
            }
            else if (EmailAddress.TryParse(row.Alias, out EmailAddress? alias))
            {
                targets.Add(new ForwardTarget(alias, fallback));
            }
        }

        return targets.DrainToImmutable();
    }

    /// <summary>Null, too, where the fallback is not verified: the rule goes on without it.</summary>
    private Fallback? FallbackOf(RuleRow rule) =>
        rule.FallbackId is { } id && destinations.TryGetValue(id, out EmailAddress? address)
            ? new Fallback(address, rule.FallbackAfterMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null)
            : null;

    /// <summary>Empty where the destination is not verified.</summary>
    private ImmutableArray<ForwardTarget> Single(Guid id)
    {
        if (!_single.TryGetValue(id, out ImmutableArray<ForwardTarget> targets))
        {
            targets = destinations.TryGetValue(id, out EmailAddress? address) ? [new ForwardTarget(address, Fallback: null)] : [];
            _single.Add(id, targets);
        }

        return targets;
    }
}
