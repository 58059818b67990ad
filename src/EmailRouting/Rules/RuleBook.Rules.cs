using System.Collections.Immutable;
using System.Diagnostics;
using EmailRouting.Smtp;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Rules;

public sealed partial class RuleBook
{
    public const int MaxNameLength = 256;

    /// <summary>Refused where the address, or the domain's catch-all, has a rule already.</summary>
    public Task<Edit> AddRuleAsync(RuleDraft draft, CancellationToken cancellation) =>
        EditAsync(db => SaveAsync(db, draft, (domain, pattern, known) => known is null
            ? (NewRule(domain, pattern), null)
            : (null, Duplicate($"a rule for {pattern}")), cancellation), cancellation);

    /// <summary>Replaces all that a rule does. What it is for does not change: that would be another rule.</summary>
    public Task<Edit> UpdateRuleAsync(Guid id, RuleDraft draft, CancellationToken cancellation) =>
        EditAsync(db => SaveAsync(db, draft, (_, pattern, known) => known?.Id == id
            ? (known, null)
            : (null, NotFound($"rule {id:N} for {pattern}")), cancellation), cancellation);

    /// <summary>Adds or replaces the rule for this address or catch-all.</summary>
    public Task<Edit> SetRuleAsync(RuleDraft draft, CancellationToken cancellation) =>
        EditAsync(db => SaveAsync(db, draft, (domain, pattern, known) => (known ?? NewRule(domain, pattern), null), cancellation), cancellation);

    public Task<Edit> RemoveRuleAsync(Guid id, CancellationToken cancellation) =>
        ChangeRuleAsync(
            id,
            (db, rule) =>
            {
                db.Rules.Remove(rule);
                return Task.FromResult<Edit.Refused?>(null);
            },
            cancellation);

    /// <summary>Refused where a forward has no verified destination left, or would lead in a circle.</summary>
    public Task<Edit> SetEnabledAsync(Guid id, bool enabled, CancellationToken cancellation) =>
        ChangeRuleAsync(
            id,
            async (db, rule) =>
            {
                rule.Enabled = enabled;
                rule.ModifiedAt = clock.GetUtcNow();
                if (!enabled || rule.Action != RuleAction.Forward)
                {
                    return null;
                }

                List<RuleTarget> targets = await db.RuleTargets.Include(t => t.Destination).Where(t => t.RuleId == id).ToListAsync(cancellation);
                return targets.TrueForAll(t => t.Alias is null && t.Destination?.VerifiedAt is null)
                    ? new Edit.Refused(RefusalReason.Unverified, $"The rule {id:N} has no verified destination left; give it one first.")
                    : await LoopAsync(db, rule, cancellation);
            },
            cancellation);

    private Task<Edit> ChangeRuleAsync(Guid id, Func<RulesDb, Rule, Task<Edit.Refused?>> change, CancellationToken cancellation) =>
        EditAsync(
            async db =>
            {
                Rule? rule = await db.Rules.SingleOrDefaultAsync(r => r.Id == id, cancellation);
                if (rule is null)
                {
                    return NotFound($"rule {id:N}");
                }

                Note(db, rule);
                return await change(db, rule) ?? (Edit)new Edit.Done(id);
            },
            cancellation);

    private async Task<Edit> SaveAsync(
        RulesDb db, RuleDraft draft, Func<Domain, RulePattern, Rule?, (Rule? Rule, Edit.Refused? Refused)> choose, CancellationToken cancellation)
    {
        if (!RulePattern.TryParse(draft.Pattern, out RulePattern? pattern))
        {
            return Invalid($"The rule's address {Quoted(draft.Pattern)} is neither an e-mail address such as name@example.com nor a catch-all such as *@example.com.");
        }

        Domain? domain = await db.Domains.SingleOrDefaultAsync(d => d.Name == pattern.Domain, cancellation);
        if (domain is null)
        {
            return NotFound($"domain {pattern.Domain}; add it first");
        }

        Rule? known = await db.Rules.Include(r => r.Targets)
            .SingleOrDefaultAsync(r => r.DomainId == domain.Id && r.Kind == pattern.Kind && r.LocalKey == pattern.LocalKey, cancellation);
        (Rule? rule, Edit.Refused? refused) = choose(domain, pattern, known);
        refused ??= Check(draft, pattern);
        if (rule is null || refused is not null)
        {
            return refused!;
        }

        rule.Name = draft.Name;
        rule.Priority = draft.Priority;
        rule.Enabled = draft.Enabled;
        rule.ModifiedAt = clock.GetUtcNow();
        rule.Action = draft.Action switch
        {
            DraftAction.Forward => RuleAction.Forward,
            DraftAction.Drop => RuleAction.Drop,
            DraftAction.Reject => RuleAction.Reject,
            _ => throw new UnreachableException(),
        };
        var reject = draft.Action as DraftAction.Reject;
        (rule.RejectCode, rule.RejectText) = (reject?.Code, reject?.Text);
        if (known is null)
        {
            db.Rules.Add(rule);
        }
        else
        {
            await db.RuleTargets.Where(t => t.RuleId == rule.Id).ExecuteDeleteAsync(cancellation);
            foreach (RuleTarget target in rule.Targets)
            {
                db.Entry(target).State = EntityState.Detached;
            }
        }

        Note(db, rule);
        await db.SaveChangesAsync(cancellation);
        return draft.Action is DraftAction.Forward forward
            ? await AddTargetsAsync(db, rule, forward.Addresses, cancellation) ?? await LoopAsync(db, rule, cancellation) ?? (Edit)new Edit.Done(rule.Id)
            : new Edit.Done(rule.Id);
    }

    private Rule NewRule(Domain domain, RulePattern pattern)
    {
        DateTimeOffset now = clock.GetUtcNow();
        return new Rule
        {
            Id = Guid.CreateVersion7(now),
            DomainId = domain.Id,
            Kind = pattern.Kind,
            LocalPart = pattern.LocalPart,
            LocalKey = pattern.LocalKey,
            CreatedAt = now,
        };
    }

    private static Edit.Refused? Check(RuleDraft draft, RulePattern pattern)
    {
        // LocalKey is what the mailbox is called once its quotes are undone.
        if (draft.Action is not DraftAction.Forward && pattern.Kind == RuleKind.Exact && ReservedMailbox.Is(pattern.LocalKey))
        {
            return Invalid($"A rule for {pattern} can only forward: mail for postmaster and abuse must reach somebody (RFC 5321, RFC 2142).");
        }

        if (draft.Name is { } name && (name.Length > MaxNameLength || name.Any(char.IsControl)))
        {
            return Invalid($"The name {Quoted(name)} must be one line of at most {MaxNameLength} characters.");
        }

        if (draft.Priority < 0)
        {
            return Invalid($"The priority '{draft.Priority}' must be 0 or more.");
        }

        return draft.Action switch
        {
            DraftAction.Forward { Addresses.IsDefaultOrEmpty: true } => Invalid("A forward needs at least one address."),
            DraftAction.Forward { Addresses.Length: > ChainWalk.MaxTargets } forward =>
                Invalid($"A forward can have at most {ChainWalk.MaxTargets} addresses, not {forward.Addresses.Length}."),
            DraftAction.Reject reject when !RejectReply.IsAllowed(reject.Code) =>
                Invalid($"The code '{reject.Code}' must be from 450 to 459 (try again later) or from 500 to 559 (do not)."),
            DraftAction.Reject reject when reject.Text.Length is 0 or > RejectReply.MaxText || reject.Text.Any(c => c is < ' ' or > '~') =>
                Invalid($"The text {Quoted(reject.Text)} must be one line of 1 to {RejectReply.MaxText} ASCII characters."),
            _ => null,
        };
    }

    private static async Task<Edit.Refused?> AddTargetsAsync(RulesDb db, Rule rule, ImmutableArray<string> addresses, CancellationToken cancellation)
    {
        var seen = new HashSet<EmailAddress>();
        for (int position = 0; position < addresses.Length; position++)
        {
            string text = addresses[position];
            if (!EmailAddress.TryParse(text, out EmailAddress? address) || address.Domain.Length == 0)
            {
                return NotAnAddress("forwarding address", text);
            }

            if (!seen.Add(address))
            {
                return Invalid($"The forwarding address {address} is named twice.");
            }

            Guid? own = await db.Domains.Where(d => d.Name == address.Domain && d.State == DomainState.Live).Select(d => (Guid?)d.Id).SingleOrDefaultAsync(cancellation);
            Destination? destination = null;
            if (own is null)
            {
                (destination, Edit.Refused? refused) = await VerifiedAsync(db, text, cancellation);
                if (refused is not null)
                {
                    return refused;
                }
            }

            db.RuleTargets.Add(new RuleTarget
            {
                RuleId = rule.Id,
                Position = position,
                DomainId = rule.DomainId,
                DestinationId = destination?.Id,
                Alias = own is null ? null : address.Text,
                AliasDomainId = own,
            });
        }

        return null;
    }

    /// <summary>Follows a rule that is about to be saved (invariant 6). A circle that it closes must pass through it, so its own chain is all there is to check.</summary>
    private async Task<Edit.Refused?> LoopAsync(RulesDb db, Rule rule, CancellationToken cancellation)
    {
        await db.SaveChangesAsync(cancellation);
        var targets = await db.RuleTargets.Where(t => t.RuleId == rule.Id).OrderBy(t => t.Position)
            .Select(t => t.Alias ?? t.Destination!.Address).ToListAsync(cancellation);
        ImmutableArray<EmailAddress> addresses = [.. targets.Select(text => EmailAddress.TryParse(text, out EmailAddress? address) ? address : null).OfType<EmailAddress>()];
        RuleSet near = await loader.LoadForAsync(db, addresses, cancellation);
        if (!addresses.Any(near.IsOurs))
        {
            return null;
        }

        var walk = new ChainWalk(near);
        walk.Follow(addresses[0], new RecipientDecision.Forward(addresses, rule.Id));
        ChainStep? fault = walk.Steps.FirstOrDefault(s => s.Outcome is ChainOutcome.Cycle or ChainOutcome.TooManySteps or ChainOutcome.TooManyTargets);
        return fault?.Outcome switch
        {
            null => null,
            ChainOutcome.Cycle => new Edit.Refused(RefusalReason.Loop, $"The mail would go round in a circle: it comes back by way of {fault.Address}."),
            ChainOutcome.TooManySteps => new Edit.Refused(
                RefusalReason.Loop, $"The mail would pass through more than {ChainWalk.MaxSteps} addresses of ours before it reached {fault.Address}."),
            _ => new Edit.Refused(RefusalReason.Loop, $"The mail would go to more than {ChainWalk.MaxTargets} inboxes; {fault.Address} would be one too many."),
        };
    }
}
