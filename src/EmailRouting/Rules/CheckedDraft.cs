using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using EmailRouting.Smtp;
using EmailRouting.Storage;

namespace EmailRouting.Rules;

/// <summary>A draft of which everything holds that can be said without looking at domains, destinations and other rules.</summary>
/// <param name="Draft">As it was given.</param>
/// <param name="Pattern">What it is for.</param>
/// <param name="Senders">As they are stored.</param>
/// <param name="Addresses">Where it forwards to; empty where it does not.</param>
/// <param name="Fallback">Null where there is none.</param>
internal sealed record CheckedDraft(RuleDraft Draft, RulePattern Pattern, string Senders, ImmutableArray<EmailAddress> Addresses, EmailAddress? Fallback)
{
    private const int MaxNotes = 4000;
    private const int MaxLabels = 20;
    private const int MaxLabel = 50;
    private const int MaxWord = 100;
    private const int MaxWrittenValue = 1000;
    private const int MaxFallbackMinutes = 5 * 24 * 60;

    /// <param name="draft">From outside.</param>
    /// <param name="result">Null where something is wrong.</param>
    /// <param name="problems">All that is wrong, not only the first; empty where nothing is.</param>
    public static bool TryCheck(RuleDraft draft, [NotNullWhen(true)] out CheckedDraft? result, out ImmutableArray<Problem> problems)
    {
        var found = new List<Problem>();
        RulePattern? pattern = CheckPattern(draft, found);
        string senders = CheckSenders(draft, found);
        ImmutableArray<EmailAddress> addresses = CheckAction(draft, pattern, found);
        EmailAddress? fallback = CheckFallback(draft, addresses, found);
        CheckTexts(draft, found);
        CheckLabels(draft, found);
        problems = [.. found];
        result = found.Count == 0 && pattern is not null ? new CheckedDraft(draft, pattern, senders, addresses, fallback) : null;
        return result is not null;
    }

    private static RulePattern? CheckPattern(RuleDraft draft, List<Problem> problems)
    {
        if (!RulePattern.TryParse(draft.Pattern, out RulePattern? pattern, out string? problem))
        {
            Add(problems, "matchers", problem);
        }
        else if (draft.WrittenAddress is { } written
            && !(pattern.Kind == RuleKind.Exact && RulePattern.TryParse(written, out RulePattern? same) && same.Kind == RuleKind.Exact
                && (same.LocalKey, same.Domain) == (pattern.LocalKey, pattern.Domain)))
        {
            Add(problems, "matchers", $"The address {FieldText.Quoted(written)} is not another spelling of {pattern}.");
        }

        return pattern;
    }

    private static string CheckSenders(RuleDraft draft, List<Problem> problems)
    {
        if (draft.Senders.IsDefaultOrEmpty)
        {
            return string.Empty;
        }

        if (draft.Senders.Length > SenderCondition.MaxConditions)
        {
            Add(problems, "senders", $"A rule can have at most {SenderCondition.MaxConditions} senders, not {draft.Senders.Length}.");
            return string.Empty;
        }

        var conditions = new List<SenderCondition>(draft.Senders.Length);
        foreach (string text in draft.Senders)
        {
            if (SenderCondition.TryParse(text, out SenderCondition? condition))
            {
                conditions.Add(condition);
            }
            else
            {
                Add(problems, "senders", $"The sender {FieldText.Quoted(text)} is none of name@example.com, example.com (with what is below it), glob:TEXT@TEXT with * and ? in it, and <>.");
            }
        }

        return SenderCondition.Store(conditions);
    }

    private static ImmutableArray<EmailAddress> CheckAction(RuleDraft draft, RulePattern? pattern, List<Problem> problems)
    {
        // LocalKey is what the mailbox is called once its quotes are undone.
        if (draft.Action is not DraftAction.Forward && pattern is { Kind: RuleKind.Exact } && ReservedMailbox.Is(pattern.LocalKey))
        {
            Add(problems, "actions", $"A rule for {pattern} can only forward: mail for postmaster and abuse must reach somebody (RFC 5321, RFC 2142).");
        }

        switch (draft.Action)
        {
            case DraftAction.Forward { Addresses.IsDefaultOrEmpty: true }:
                Add(problems, "actions", "A forward needs at least one address.");
                break;
            case DraftAction.Forward { Addresses.Length: > ChainWalk.MaxTargets } forward:
                Add(problems, "actions", $"A forward can have at most {ChainWalk.MaxTargets} addresses, not {forward.Addresses.Length}.");
                break;
            case DraftAction.Forward forward:
                return CheckAddresses(forward, problems);
            case DraftAction.Reject reject:
                CheckReject(reject, problems);
                break;
        }

        return [];
    }

    private static ImmutableArray<EmailAddress> CheckAddresses(DraftAction.Forward forward, List<Problem> problems)
    {
        ImmutableArray<EmailAddress>.Builder addresses = ImmutableArray.CreateBuilder<EmailAddress>(forward.Addresses.Length);
        var seen = new HashSet<EmailAddress>();
        foreach (string text in forward.Addresses)
        {
            if (!EmailAddress.TryParse(text, out EmailAddress? address) || address.Domain.Length == 0)
            {
                Add(problems, "actions", $"The forwarding address {FieldText.Quoted(text)} is not an e-mail address such as name@example.com.");
            }
            else if (!seen.Add(address))
            {
                Add(problems, "actions", $"The forwarding address {FieldText.Quoted(text)} is named twice.");
            }
            else
            {
                addresses.Add(address);
            }
        }

        return addresses.DrainToImmutable();
    }

    private static void CheckReject(DraftAction.Reject reject, List<Problem> problems)
    {
        if (!RejectReply.IsAllowed(reject.Code))
        {
            Add(problems, "actions", $"The code '{reject.Code}' must be from 450 to 459 (try again later) or from 500 to 559 (do not).");
        }

        if (reject.Text.Length is 0 or > RejectReply.MaxText || reject.Text.Any(c => c is < ' ' or > '~'))
        {
            Add(problems, "actions", $"The text {FieldText.Quoted(reject.Text)} must be one line of 1 to {RejectReply.MaxText} ASCII characters.");
        }
    }

    private static EmailAddress? CheckFallback(RuleDraft draft, ImmutableArray<EmailAddress> addresses, List<Problem> problems)
    {
        if (draft.FallbackAfterMinutes is { } minutes && (draft.Fallback is null || minutes is < 1 or > MaxFallbackMinutes))
        {
            Add(problems, "fallback_after_minutes", $"The time '{minutes}' must be from 1 to {MaxFallbackMinutes} minutes (5 days), and belongs to a fallback.");
        }

        if (draft.Fallback is not { } text)
        {
            return null;
        }

        if (!EmailAddress.TryParse(text, out EmailAddress? fallback) || fallback.Domain.Length == 0)
        {
            Add(problems, "fallback", $"The fallback {FieldText.Quoted(text)} is not an e-mail address such as name@example.com.");
        }
        else if (draft.Action is not DraftAction.Forward)
        {
            Add(problems, "fallback", $"The fallback {FieldText.Quoted(text)} belongs to a rule that forwards.");
        }
        else if (addresses.Contains(fallback))
        {
            Add(problems, "fallback", $"The fallback {FieldText.Quoted(text)} is one of the rule's own destinations; it must be another one.");
        }

        return fallback;
    }

    private static void CheckTexts(RuleDraft draft, List<Problem> problems)
    {
        CheckLine(draft.Name, "name", RuleBook.MaxNameLength, problems);
        CheckLine(draft.Source, "source", MaxWord, problems);
        CheckLine(draft.OwnerWorkerTag, "owner_worker_tag", MaxWord, problems);
        if (draft.Priority < 0)
        {
            Add(problems, "priority", $"The priority '{draft.Priority}' must be 0 or more.");
        }

        if (draft.Notes is { } notes && (notes.Length > MaxNotes || !FieldText.IsLines(notes)))
        {
            Add(problems, "notes", $"The notes {FieldText.Quoted(notes)} must have at most {MaxNotes} characters, and no control characters but line breaks.");
        }

        if (draft.WrittenValue is { } value && (value.Length > MaxWrittenValue || !FieldText.IsLine(value) || !IsJson(value)))
        {
            Add(problems, "actions", $"The action's value {FieldText.Quoted(value)} must be JSON in one line of at most {MaxWrittenValue} characters.");
        }
    }

    private static void CheckLine(string? text, string field, int max, List<Problem> problems)
    {
        if (text is not null && (text.Length > max || !FieldText.IsLine(text)))
        {
            Add(problems, field, $"The {field.Replace('_', ' ')} {FieldText.Quoted(text)} must be one line of at most {max} characters.");
        }
    }

    private static void CheckLabels(RuleDraft draft, List<Problem> problems)
    {
        if (draft.Labels.IsDefaultOrEmpty)
        {
            return;
        }

        if (draft.Labels.Length > MaxLabels)
        {
            Add(problems, "labels", $"A rule can have at most {MaxLabels} labels, not {draft.Labels.Length}.");
            return;
        }

        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (string label in draft.Labels)
        {
            if (string.IsNullOrWhiteSpace(label) || label.Length > MaxLabel || !FieldText.IsLine(label))
            {
                Add(problems, "labels", $"The label {FieldText.Quoted(label)} must be one line of 1 to {MaxLabel} characters.");
            }
            else if (!seen.Add(label))
            {
                Add(problems, "labels", $"The label {FieldText.Quoted(label)} is named twice.");
            }
        }
    }

    private static bool IsJson(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void Add(List<Problem> problems, string field, string sentence) => problems.Add(new Problem(RefusalReason.Invalid, field, sentence));
}
