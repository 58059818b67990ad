using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics;
using EmailRouting.Smtp;
using EmailRouting.Storage;

namespace EmailRouting.Rules;

internal sealed partial class RuleBatch
{
    // Of version 7 (RFC 9562 §5.7): the bits after the milliseconds and the version, which keep ids of one millisecond in the order of their making.
    private const int OrderBits = 12;

    private async Task<Edit> SaveAsync(
        int index, CheckedDraft draft, Domain domain, RuleKey key, Rule? known, RestoredRule? restored, CancellationToken cancellation)
    {
        // 1. What depends on other rows.
        var problems = new List<Problem>();
        Rule rule = known ?? NewRule(domain, draft, restored);
        List<RuleTarget> targets = Targets(draft, rule, problems);
        Destination? fallback = draft.Fallback is { } address ? Verified(address, "fallback", problems) : null;
        CheckExpiry(draft, known, problems);
        CheckRoom(domain, draft.Pattern.Kind, known, problems);
        if (problems.Count > 0)
        {
            return new Edit.Refused([.. problems]);
        }

        // 2. A key that an edit before this one has given up is free only once that is written.
        if (_released.Remove(key))
        {
            await WriteAsync(cancellation);
        }

        // 3. The rule as it will be; one that stays as it is is left alone.
        RuleRecord? before = known is null ? null : RuleRecord.Of(known);
        RuleKey? old = known is null ? null : RuleKey.Of(known);
        if (known is null)
        {
            _new.Add(rule);
        }

        Track(rule);
        Fill(rule, draft, fallback);
        ReplaceTargets(rule, targets);
        RuleRecord after = RuleRecord.Of(rule);
        FollowLater(index, rule);
        if (before is null)
        {
            rule.ModifiedAt = journal.Now;
            _rules.Add(rule.Id, rule);
            journal.Created(rule, after);
        }
        else if (before.ToJson() != after.ToJson())
        {
            Touch(rule);
            journal.Updated(rule, before, after);
        }

        // 4. Where the edits after this one find it.
        if (old is { } released && released != key)
        {
            _byKey.Remove(released);
            _released.Add(released);
            journal.Note(released.DomainId, released.Kind, released.LocalKey);
            Count(domain.Id, released.Kind, -1);
        }

        if (old != key)
        {
            _byKey.Add(key, rule);
            Count(domain.Id, key.Kind, 1);
        }

        return new Edit.Done(rule.Id);
    }

    private List<RuleTarget> Targets(CheckedDraft draft, Rule rule, List<Problem> problems)
    {
        var targets = new List<RuleTarget>(draft.Addresses.Length);
        foreach (EmailAddress address in draft.Addresses)
        {
            // An address of ours needs nobody's consent.
            Domain? own = _domains.GetValueOrDefault(address.Domain);
            own = own is { State: DomainState.Live } ? own : null;
            Destination? destination = own is null ? Verified(address, "actions", problems) : null;
            targets.Add(new RuleTarget
            {
                RuleId = rule.Id,
                Position = targets.Count,
                DomainId = rule.DomainId,
                DestinationId = destination?.Id,
                Destination = destination,
                Alias = own is null ? null : address.Text,
                AliasDomainId = own?.Id,
                Written = destination is null || destination.Address == address.Text ? null : address.Text,
            });
        }

        return targets;
    }

    private Destination? Verified(EmailAddress address, string field, List<Problem> problems)
    {
        Destination? destination = _destinations.GetValueOrDefault(AddressKey.Of(address));
        if (RuleBook.NotVerified(address, destination) is { } sentence)
        {
            problems.Add(new Problem(RefusalReason.Unverified, field, sentence));
        }

        return destination;
    }

    /// <summary>A rule that has expired can be changed in other things, and can come back.</summary>
    private void CheckExpiry(CheckedDraft draft, Rule? known, List<Problem> problems)
    {
        if (Milliseconds(draft.Draft.ExpiresAt) is { } expiry && expiry <= journal.Now && expiry != known?.ExpiresAt && !IsRestoring)
        {
            problems.Add(new Problem(RefusalReason.Invalid, "expires_at", $"The time '{expiry:yyyy-MM-ddTHH:mm:ssZ}' has passed; a rule expires in the future."));
        }
    }

    private void CheckRoom(Domain domain, RuleKind kind, Rule? known, List<Problem> problems)
    {
        if (!RulePattern.IsPattern(kind) || known?.Kind == kind || !_patterns.TryGetValue(domain.Id, out Dictionary<RuleKind, int>? counts))
        {
            return;
        }

        int others = known is not null && RulePattern.IsPattern(known.Kind) ? 1 : 0;
        if (counts.Values.Sum() - others >= MaxPatterns)
        {
            problems.Add(new Problem(RefusalReason.Invalid, "matchers", $"The domain {domain.Name} has {MaxPatterns} patterns already, which is as many as a domain can have."));
        }
        else if (kind == RuleKind.Regex && counts.GetValueOrDefault(kind) >= MaxExpressions)
        {
            problems.Add(new Problem(
                RefusalReason.Invalid, "matchers", $"The domain {domain.Name} has {MaxExpressions} regular expressions already, which is as many as a domain can have."));
        }
    }

    private void Count(Guid domain, RuleKind kind, int change)
    {
        if (RulePattern.IsPattern(kind) && _patterns.TryGetValue(domain, out Dictionary<RuleKind, int>? counts))
        {
            counts[kind] = counts.GetValueOrDefault(kind) + change;
        }
    }

    private Rule NewRule(Domain domain, CheckedDraft draft, RestoredRule? restored) => new()
    {
        Id = restored?.Id ?? NewId(domain, draft),
        DomainId = domain.Id,
        Domain = domain,
        LocalPart = draft.Pattern.LocalPart,
        LocalKey = draft.Pattern.LocalKey,
        Revision = restored?.Revision ?? 1,
        CreatedAt = restored?.CreatedAt ?? journal.Now,
    };

    private Guid NewId(Domain domain, CheckedDraft draft)
    {
        Guid fixedId = CatchAll.IdOf(domain.Id);
        return draft is { Pattern.Kind: RuleKind.CatchAll, Senders.Length: 0 } && !_rules.ContainsKey(fixedId) ? fixedId : NextId();
    }

    /// <summary>Among rules of one batch the older is the one that stands before the other.</summary>
    /// <summary>Greater than the id of every rule there is, also of one that was made in the same millisecond: the older rule goes first, and this is its age.</summary>
    private Guid NextId()
    {
        _youngest = Math.Max(_youngest + 1, journal.Now.ToUnixTimeMilliseconds() << OrderBits);
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(_youngest >> OrderBits)).TryWriteBytes(bytes, bigEndian: true, out _);
        (bytes[6], bytes[7]) = ((byte)(0x70 | ((_youngest >> 8) & 0x0F)), (byte)_youngest);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>The milliseconds of an id of version 7, and the bits behind them.</summary>
    private static long Age(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        long milliseconds = (long)(BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16);
        return (milliseconds << OrderBits) | (uint)((bytes[6] & 0x0F) << 8) | bytes[7];
    }

    private static void Fill(Rule rule, CheckedDraft checkedDraft, Destination? fallback)
    {
        (RuleDraft draft, RulePattern pattern) = (checkedDraft.Draft, checkedDraft.Pattern);
        var reject = draft.Action as DraftAction.Reject;
        (rule.Kind, rule.LocalPart, rule.LocalKey, rule.Senders) = (pattern.Kind, pattern.LocalPart, pattern.LocalKey, checkedDraft.Senders);
        rule.Name = draft.Name;
        rule.Enabled = draft.Enabled;
        rule.Priority = draft.Priority;
        rule.Action = draft.Action switch
        {
            DraftAction.Forward => RuleAction.Forward,
            DraftAction.Drop => RuleAction.Drop,
            DraftAction.Reject => RuleAction.Reject,
            _ => throw new UnreachableException(),
        };
        (rule.RejectCode, rule.RejectText) = (reject?.Code, reject?.Text);
        rule.ExpiresAt = Milliseconds(draft.ExpiresAt);
        (rule.FallbackId, rule.Fallback) = (fallback?.Id, fallback);
        rule.FallbackAfterMinutes = draft.FallbackAfterMinutes;
        rule.Notes = draft.Notes;
        rule.Labels = draft.Labels.IsDefaultOrEmpty ? [] : [.. draft.Labels];
        (rule.Source, rule.OwnerWorkerTag) = (draft.Source, draft.OwnerWorkerTag);
        (rule.WrittenAddress, rule.WrittenValue) = (draft.WrittenAddress, draft.WrittenValue);
    }

    private void ReplaceTargets(Rule rule, List<RuleTarget> targets)
    {
        if (_new.Contains(rule))
        {
            rule.Targets.Clear();
            rule.Targets.AddRange(targets);
        }
        else if (!targets.Select(What).SequenceEqual(rule.Targets.OrderBy(t => t.Position).Select(What)))
        {
            db.RuleTargets.RemoveRange([.. rule.Targets]);
            rule.Targets.Clear();
            rule.Targets.AddRange(targets);
            db.RuleTargets.AddRange(targets);
        }

        static (Guid?, string?, string?) What(RuleTarget target) => (target.DestinationId, target.Alias, target.Written);
    }

    /// <summary>As it is stored (invariant 13).</summary>
    private static DateTimeOffset? Milliseconds(DateTimeOffset? instant) =>
        instant is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds()) : null;
}
