using System.CommandLine;
using EmailRouting.Rules;
using EmailRouting.Smtp;

namespace EmailRouting.Server.Cli;

/// <summary><c>rule test ADDRESS</c>: which rule wins, why the others lose, where the mail goes, what its sender is told.</summary>
internal static class RuleTestCommand
{
    public static Command Build(CommandFrame frame)
    {
        var address = new Argument<string>("ADDRESS") { Description = "A recipient." };
        return frame.Command("test", "Explains what happens to mail for an address.", createsDatabase: false, [address], async (parsed, session, cancellation) =>
        {
            string text = parsed.GetRequiredValue(address);
            EmailAddress? recipient = text.Equals("postmaster", StringComparison.OrdinalIgnoreCase) ? EmailAddress.Postmaster : null;
            if (recipient is null && !EmailAddress.TryParse(text, out recipient))
            {
                throw new CommandException($"'{text}' is not an e-mail address such as name@example.com.", CommandLine.WrongUsage);
            }

            RuleExplanation explanation = await session.Loader.ExplainAsync(recipient, sender: null, session.Clock.GetUtcNow(), cancellation);
            session.Output.Write(ForPrograms(explanation), ForPeople(explanation));
        });
    }

    private static string[] Destinations(RuleExplanation explanation) =>
        explanation.Decision is RecipientDecision.Forward forward ? [.. forward.Destinations.Select(d => d.Text)] : [];

    private static object ForPrograms(RuleExplanation explanation) => new
    {
        address = explanation.Address.Text,
        candidates = explanation.Candidates.Select(c => new { c.Pattern, ruleId = c.RuleId?.ToString("N"), c.Wins, c.Reason }),
        steps = explanation.Steps.Select(s => new { s.Depth, address = s.Address.Text, s.Outcome, ruleId = s.RuleId?.ToString("N") }),
        decision = Word(explanation.Decision),
        destinations = Destinations(explanation),
        reply = new { explanation.Reply.Code, explanation.Reply.Status, explanation.Reply.Text },
    };

    private static string ForPeople(RuleExplanation explanation)
    {
        var lines = new List<string> { $"{explanation.Address}: {Word(explanation.Decision)}" };
        lines.AddRange(Destinations(explanation).Select(destination => $"  to {destination}"));
        lines.Add("Rules, in their order:");
        lines.AddRange(explanation.Candidates.Select(candidate =>
            $"  {(candidate.Wins ? '*' : ' ')} {candidate.Pattern}: {candidate.Reason}{(candidate.RuleId is { } id ? $" ({id:N})" : string.Empty)}"));
        if (explanation.Candidates.IsEmpty)
        {
            lines.Add($"    none: {explanation.Address.Domain} is not a domain of this installation");
        }
        else
        {
            lines.Add("Steps:");
            lines.AddRange(explanation.Steps.Select(step => $"  {new string(' ', 2 * step.Depth)}{step.Address}: {Word(step.Outcome)}"));
        }

        lines.Add($"Its sender gets: {explanation.Reply}");
        return string.Join(Environment.NewLine, lines);
    }

    private static string Word(RecipientDecision decision) => decision switch
    {
        RecipientDecision.Forward => "forward",
        RecipientDecision.Drop => "drop",
        RecipientDecision.Refuse => "refuse",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Word(ChainOutcome outcome) => outcome switch
    {
        ChainOutcome.Followed => "forwards",
        ChainOutcome.Target => "inbox",
        ChainOutcome.Repeated => "already reached",
        ChainOutcome.Dropped => "dropped",
        ChainOutcome.Refused => "refused",
        ChainOutcome.Cycle => "leads in a circle",
        ChainOutcome.TooManySteps => "too many steps",
        ChainOutcome.TooManyTargets => "too many targets",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
