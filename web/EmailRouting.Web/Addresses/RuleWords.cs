using System.Collections.Immutable;
using System.Globalization;
using EmailRouting.Rules;
using EmailRouting.Smtp;
using EmailRouting.Storage;
using EmailRouting.Web.Parts;

namespace EmailRouting.Web.Addresses;

/// <summary>Rules and what comes of them, in words.</summary>
internal static class RuleWords
{
    /// <summary>Such as <c>hello@bücher.example</c>.</summary>
    public static string Show(this Rule rule) => RulePattern.Show(rule.Kind, rule.LocalPart, DomainText.Show(rule.Domain!.Name));

    public static ImmutableArray<string> Destinations(this Rule rule) =>
        [.. rule.Targets.OrderBy(t => t.Position).Select(t => t.Alias ?? t.Written ?? t.Destination!.Address)];

    public static string Kind(RuleKind kind) => kind switch
    {
        RuleKind.Exact => Texts.KindExact,
        RuleKind.Prefix => Texts.KindPrefix,
        RuleKind.Suffix => Texts.KindSuffix,
        RuleKind.Glob => Texts.KindGlob,
        RuleKind.Regex => Texts.KindRegex,
        _ => Texts.KindCatchAll,
    };

    public static string Outcome(ChainOutcome outcome) => outcome switch
    {
        ChainOutcome.Followed => Texts.StepFollowed,
        ChainOutcome.Target => Texts.StepTarget,
        ChainOutcome.Repeated => Texts.StepRepeated,
        ChainOutcome.Dropped => Texts.StepDropped,
        ChainOutcome.Refused => Texts.StepRefused,
        ChainOutcome.Cycle => Texts.StepCycle,
        _ => Texts.StepTooMany,
    };

    /// <summary>What becomes of mail: <c>goes to you@inbox.example</c>, <c>is dropped</c>, <c>is refused with 550 …</c>.</summary>
    public static string Fate(RecipientDecision decision) => decision switch
    {
        RecipientDecision.Forward forward => Texts.FateForward.Replace("{0}", string.Join(", ", forward.Destinations), StringComparison.Ordinal),
        RecipientDecision.Drop => Texts.FateDrop,
        _ => Texts.FateRefuse.Replace("{0}", Reply(decision.ToReply()), StringComparison.Ordinal),
    };

    public static string Reply(SmtpReply reply) => string.Create(CultureInfo.InvariantCulture, $"{reply.Code} {reply.Status} {string.Join(' ', reply.Lines)}");
}
