using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Serialization;
using EmailRouting.Access;
using EmailRouting.MailAuth.Forecasts;
using EmailRouting.Reception;
using EmailRouting.Rules;
using EmailRouting.Server.Api.Documentation;
using EmailRouting.Smtp;
using Microsoft.Extensions.Options;

namespace EmailRouting.Server.Api;

/// <summary>What would happen to a mail, without sending it.</summary>
internal static class ExplainEndpoints
{
    // Nobody waits long for a name server that is silent: what it did not say is then not known.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    public static void MapExplain(this RouteGroupBuilder zone) =>
        zone.MapPost("/email/routing/explain", ExplainAsync).Needs(Scope.RulesRead).Documented(RuleDocs.Explain);

    private static async Task<IResult> ExplainAsync(Zone zone, HttpRequest request, RuleSnapshot snapshot, DeliveryForecast forecasts, IOptions<SmtpOptions> smtp, TimeProvider clock, CancellationToken cancellation)
    {
        JsonFields body = await JsonBody.ReadObjectAsync(request);
        string? from = body.Text("from", 320);
        EmailAddress? sender = null;
        if (from is not (null or "" or "<>") && !EmailAddress.TryParse(from, out sender))
        {
            body.Wrong("from", $"'{Shown.Text(from)}' must be an e-mail address, or <> for mail without a sender");
        }

        string? to = body.Text("to", 320);
        EmailAddress? recipient = null;
        if (to is null)
        {
            if (!body.HasValue("to"))
            {
                body.Missing("to", $"an address such as hello@{zone.Name}");
            }
        }
        else if (!EmailAddress.TryParse(to, out recipient) || !zone.Covers(recipient.Domain))
        {
            body.Wrong("to", $"'{Shown.Text(to)}' must be an address of {zone.Name}");
        }

        int? size = body.Number("size", 0, int.MaxValue);
        if (body.Text("ip", 60) is { } ip && !IPAddress.TryParse(ip, out _))
        {
            body.Wrong("ip", $"'{Shown.Text(ip)}' must be an IP address");
        }

        body.RemarkOnOthers();
        if (!body.IsValid || recipient is null)
        {
            return ApiErrors.Invalid(body.Problems);
        }

        if (snapshot.Current is not { } rules)
        {
            return ApiErrors.NotNow("The rules are not loaded yet");
        }

        RuleExplanation explanation = rules.Explain(recipient, sender, clock.GetUtcNow());
        return new ApiSuccess<Explanation>(Explanation.Of(explanation, size, smtp.Value) with { Forecast = await ForecastAsync(explanation, forecasts, cancellation) })
        {
            Messages = body.Remarks,
        };
    }

    /// <summary>Null where nothing is forwarded.</summary>
    private static async Task<ForecastResource?> ForecastAsync(RuleExplanation explanation, DeliveryForecast forecasts, CancellationToken cancellation)
    {
        if (explanation.Decision is not RecipientDecision.Forward)
        {
            return null;
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        Forecast forecast = await forecasts.BeforeAsync(new Forwarding(explanation.Sender, explanation.Address.Domain, explanation.Profile), patience.Token);
        return new ForecastResource(forecast.Word, forecast.Sentence);
    }
}

/// <param name="From">The envelope sender; empty brackets where there is none.</param>
/// <param name="To">The recipient.</param>
/// <param name="Decision"><c>forward</c>, <c>drop</c> or <c>refuse</c>.</param>
/// <param name="RuleId">That decided; null where none did.</param>
/// <param name="Destinations">Inboxes that would get the mail.</param>
/// <param name="Candidates">Every rule that could take it, in the order in which they are asked.</param>
/// <param name="Steps">The way from the recipient to each inbox.</param>
/// <param name="Replies">What the sender would be told, command by command, up to the first refusal.</param>
internal sealed record Explanation(
    string From,
    string To,
    string Decision,
    Guid? RuleId,
    IReadOnlyList<DestinationResource> Destinations,
    IReadOnlyList<CandidateResource> Candidates,
    IReadOnlyList<StepResource> Steps,
    IReadOnlyList<ReplyResource> Replies)
{
    /// <summary>Whether the destination will be able to authenticate the mail; absent where nothing is forwarded.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ForecastResource? Forecast { get; init; }

    public static Explanation Of(RuleExplanation explanation, int? size, SmtpOptions smtp)
    {
        (string word, Guid? rule, ImmutableArray<ForwardTarget> targets) = explanation.Decision switch
        {
            RecipientDecision.Forward forward => ("forward", forward.RuleId, forward.Targets),
            RecipientDecision.Drop drop => ("drop", drop.RuleId, []),
            RecipientDecision.Refuse refuse => ("refuse", refuse.RuleId, []),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return new Explanation(
            explanation.Sender?.Text ?? "<>",
            explanation.Address.Text,
            word,
            rule,
            [.. targets.Select(target => new DestinationResource(target.Destination.Text)
            {
                Fallback = target.Fallback is null ? null
                    : new FallbackResource(target.Fallback.Destination.Text) { AfterMinutes = target.Fallback.After is { } after ? (int)after.TotalMinutes : null },
            })],
            [.. explanation.Candidates.Select(c => new CandidateResource(c.Pattern, c.RuleId, c.Wins, c.Reason))],
            [.. explanation.Steps.Select(s => new StepResource(s.Depth, s.Address.Text, s.Outcome, s.RuleId))],
            [.. Told(explanation, size, smtp)]);
    }

    private static IEnumerable<ReplyResource> Told(RuleExplanation explanation, int? size, SmtpOptions smtp)
    {
        SmtpReply mail = size > smtp.MaxMessageBytes ? Reception.Replies.TooLarge(smtp.MaxMessageBytes) : SmtpReply.SenderOk;
        yield return ReplyResource.Of("MAIL FROM", mail);
        if (!mail.IsPositive)
        {
            yield break;
        }

        yield return ReplyResource.Of("RCPT TO", explanation.Reply);
        if (explanation.Decision is RecipientDecision.Drop)
        {
            yield return ReplyResource.Of("DATA", SmtpReply.Ok);
        }
    }
}

/// <param name="Outlook"><c>good</c>, <c>sealed</c>, <c>weak</c>, <c>bad</c>, or <c>open</c>.</param>
/// <param name="Text">Why, in words.</param>
internal sealed record ForecastResource(string Outlook, string Text);

internal sealed record DestinationResource(string Address)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FallbackResource? Fallback { get; init; }
}

/// <param name="Pattern">What the rule is for, as people write it.</param>
/// <param name="RuleId">Null where there is no such rule.</param>
/// <param name="Wins">At most one does.</param>
/// <param name="Reason">Why, in words.</param>
internal sealed record CandidateResource(string Pattern, Guid? RuleId, bool Wins, string Reason);

internal sealed record StepResource(int Depth, string Address, ChainOutcome Outcome, Guid? RuleId);

internal sealed record ReplyResource(string Command, int Code, string Status, string Text)
{
    public static ReplyResource Of(string command, SmtpReply reply) => new(command, reply.Code, reply.Status, string.Join(' ', reply.Lines));
}
