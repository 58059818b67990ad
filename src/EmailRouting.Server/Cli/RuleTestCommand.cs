using System.Collections.Immutable;
using System.CommandLine;
using EmailRouting.MailAuth.Forecasts;
using EmailRouting.Rules;
using EmailRouting.Smtp;

namespace EmailRouting.Server.Cli;

/// <summary><c>rule test ADDRESS [--from SENDER]</c>: which rule wins, why the others lose, where the mail goes, what its sender is told.</summary>
internal static class RuleTestCommand
{
    // What a silent name server has not said by then is not known.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    public static Command Build(CommandFrame frame)
    {
        var address = new Argument<string>("ADDRESS") { Description = "A recipient." };
        var from = new Option<string?>("--from") { Description = "The sender of the envelope; <>, from whom reports come, unless told.", HelpName = "SENDER" };
        return frame.Command("test", "Explains what happens to mail for an address.", createsDatabase: false, [address, from], async (parsed, session, cancellation) =>
        {
            string text = parsed.GetRequiredValue(address);
            EmailAddress? recipient = text.Equals("postmaster", StringComparison.OrdinalIgnoreCase) ? EmailAddress.Postmaster : null;
            if (recipient is null && !EmailAddress.TryParse(text, out recipient))
            {
                throw new CommandException($"'{text}' is not an e-mail address such as name@example.com.", CommandLine.WrongUsage);
            }

            EmailAddress? sender = null;
            if (parsed.GetValue(from) is { } named && named != "<>" && !EmailAddress.TryParse(named, out sender))
            {
                throw new CommandException($"--from '{named}' is neither an e-mail address such as name@example.com nor <>.", CommandLine.WrongUsage);
            }

            RuleExplanation explanation = await session.Loader.ExplainAsync(recipient, sender, session.Clock.GetUtcNow(), cancellation);
            Forecast? forecast = await ForecastAsync(explanation, session, cancellation);
            session.Output.Write(ForPrograms(explanation, forecast), ForPeople(explanation, forecast));
        });
    }

    /// <summary>Null where nothing is forwarded.</summary>
    private static async Task<Forecast?> ForecastAsync(RuleExplanation explanation, CommandSession session, CancellationToken cancellation)
    {
        if (explanation.Decision is not RecipientDecision.Forward)
        {
            return null;
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        return await new DeliveryForecast(session.Resolver).BeforeAsync(new Forwarding(explanation.Sender, explanation.Address.Domain, explanation.Profile), patience.Token);
    }

    private static string[] Destinations(RuleExplanation explanation) =>
        explanation.Decision is RecipientDecision.Forward forward ? [.. forward.Destinations.Select(d => d.Text)] : [];

    private static ImmutableArray<ForwardTarget> Targets(RuleExplanation explanation) =>
        explanation.Decision is RecipientDecision.Forward forward ? forward.Targets : [];

    private static string Fallback(ForwardTarget target) => target.Fallback is not { } fallback ? string.Empty
        : fallback.After is { } after ? $", to {fallback.Destination} when it fails or is unreachable for {after.TotalMinutes} minutes"
        : $", to {fallback.Destination} when it fails";

    private static object ForPrograms(RuleExplanation explanation, Forecast? forecast) => new
    {
        address = explanation.Address.Text,
        sender = explanation.Sender?.Text,
        candidates = explanation.Candidates.Select(c => new { c.Pattern, ruleId = c.RuleId?.ToString("N"), c.Wins, c.Reason }),
        steps = explanation.Steps.Select(s => new { s.Depth, address = s.Address.Text, s.Outcome, ruleId = s.RuleId?.ToString("N") }),
        decision = Word(explanation.Decision),
        destinations = Destinations(explanation),
        fallbacks = Targets(explanation).Where(t => t.Fallback is not null).Select(t => new
        {
            destination = t.Destination.Text,
            fallback = t.Fallback!.Destination.Text,
            afterMinutes = t.Fallback.After?.TotalMinutes,
        }),
        reply = new { explanation.Reply.Code, explanation.Reply.Status, explanation.Reply.Text },
        profile = explanation.Profile.Text(),
        forecast = forecast is null ? null : new { outlook = forecast.Word, text = forecast.Sentence },
    };

    private static string ForPeople(RuleExplanation explanation, Forecast? forecast)
    {
        var lines = new List<string> { $"{explanation.Address} from {explanation.Sender?.Text ?? "<>"}: {Word(explanation.Decision)}" };
        lines.AddRange(Targets(explanation).Select(target => $"  to {target.Destination}{Fallback(target)}"));
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
        if (forecast is not null)
        {
            lines.Add($"At the destination ({forecast.Word}): {forecast.Sentence}");
        }

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
