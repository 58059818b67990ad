using System.Collections.Immutable;
using System.Diagnostics;
using EmailRouting.Mail;
using EmailRouting.Smtp;

namespace EmailRouting.Rules;

/// <summary>Follows one recipient through addresses of our own domains to the inboxes at their ends (invariant 6).</summary>
/// <remarks>Only for chains and explanations: a rule whose inboxes are all elsewhere is answered without a walk.</remarks>
/// <param name="rules">To be followed.</param>
/// <param name="sender">Null is the null reverse-path.</param>
/// <param name="now">When the mail comes.</param>
internal sealed class ChainWalk(RuleSet rules, EmailAddress? sender, DateTimeOffset now)
{
    public const int MaxSteps = 8;

    /// <summary>Of inboxes, and of rules followed on the way: branches that end in nothing must not cost more than those that do not.</summary>
    public const int MaxTargets = 100;

    private readonly List<ChainStep> _steps = [];
    private readonly ImmutableArray<ForwardTarget>.Builder _targets = ImmutableArray.CreateBuilder<ForwardTarget>();
    private readonly HashSet<EmailAddress> _known = [];
    private readonly List<Guid?> _path = [];
    private readonly Dictionary<Guid, int> _followed = [];
    private RecipientDecision.Drop? _drop;
    private RecipientDecision.Refuse? _refusal;
    private bool _overflown;

    public IReadOnlyList<ChainStep> Steps => _steps;

    public RecipientDecision Follow(EmailAddress recipient, RecipientDecision decision)
    {
        Visit(recipient, decision, depth: 0, fallback: null);
        Guid? first = (decision as RecipientDecision.Forward)?.RuleId;

        // Some of the inboxes would silently miss the mail: better that its sender hears of it.
        return _overflown ? Refusals.TooManyDestinations(first)
            : _targets.Count > 0 ? new RecipientDecision.Forward(_targets.ToImmutable(), first)
            : _drop is not null ? _drop
            : _refusal ?? throw new UnreachableException();
    }

    private void Visit(EmailAddress address, RecipientDecision decision, int depth, Fallback? fallback)
    {
        switch (decision)
        {
            case RecipientDecision.Refuse refuse:
                Record(depth, address, ChainOutcome.Refused, refuse.RuleId);
                _refusal ??= refuse;
                break;
            case RecipientDecision.Drop drop:
                Record(depth, address, ChainOutcome.Dropped, drop.RuleId);
                _drop ??= drop;
                break;
            case RecipientDecision.Forward forward:
                VisitForward(address, forward, depth, fallback);
                break;
            default:
                throw new UnreachableException();
        }
    }

    /// <param name="address">That the rule is for.</param>
    /// <param name="forward">What the rule decides.</param>
    /// <param name="depth">Of the address.</param>
    /// <param name="fallback">Of the rules that led here: it stands in where this rule has none of its own.</param>
    private void VisitForward(EmailAddress address, RecipientDecision.Forward forward, int depth, Fallback? fallback)
    {
        if (forward.RuleId is { } id && _path.Contains(id))
        {
            Record(depth, address, ChainOutcome.Cycle, id);
            _refusal ??= Refusals.Loop(id);
            return;
        }

        if (depth > MaxSteps)
        {
            Record(depth, address, ChainOutcome.TooManySteps, forward.RuleId);
            _refusal ??= Refusals.Loop(forward.RuleId);
            return;
        }

        if (forward.RuleId is { } rule && !MustFollow(rule, depth, address))
        {
            return;
        }

        Record(depth, address, ChainOutcome.Followed, forward.RuleId);
        _path.Add(forward.RuleId);
        foreach (ForwardTarget target in forward.Targets)
        {
            Fallback? inner = target.Fallback ?? fallback;
            if (rules.IsOurs(target.Destination))
            {
                Visit(target.Destination, rules.Match(target.Destination, sender, now), depth + 1, inner);
            }
            else
            {
                AddTarget(target, inner, depth + 1);
            }
        }

        _path.RemoveAt(_path.Count - 1);
    }

    /// <summary>A rule met again has nothing to add, unless it was met further down, where its own chain may have been cut off.</summary>
    private bool MustFollow(Guid rule, int depth, EmailAddress address)
    {
        if (_followed.TryGetValue(rule, out int before))
        {
            if (before <= depth)
            {
                Record(depth, address, ChainOutcome.Repeated, rule);
                return false;
            }
        }
        else if (_followed.Count == MaxTargets)
        {
            Record(depth, address, ChainOutcome.TooManyTargets, rule);
            _overflown = true;
            return false;
        }

        _followed[rule] = depth;
        return true;
    }

    private void AddTarget(ForwardTarget target, Fallback? fallback, int depth)
    {
        EmailAddress destination = target.Destination;
        if (!_known.Add(destination))
        {
            Record(depth, destination, ChainOutcome.Repeated, null);
        }
        else if (_targets.Count == MaxTargets)
        {
            Record(depth, destination, ChainOutcome.TooManyTargets, null);
            _overflown = true;
        }
        else
        {
            Record(depth, destination, ChainOutcome.Target, null);

            // An inbox that has failed is no way out of its own failure.
            fallback = fallback?.Destination.Equals(destination) == true ? null : fallback;
            _targets.Add(ReferenceEquals(fallback, target.Fallback) ? target : new ForwardTarget(destination, fallback));
        }
    }

    private void Record(int depth, EmailAddress address, ChainOutcome outcome, Guid? rule) => _steps.Add(new ChainStep(depth, address, outcome, rule));
}
