using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EmailRouting.Activity;
using EmailRouting.Mail;
using EmailRouting.MailAuth.Forecasts;
using EmailRouting.Policy;
using EmailRouting.Rules;
using EmailRouting.Smtp;
using EmailRouting.Storage;

namespace EmailRouting.Reception;

/// <summary>What a transaction comes to: whom the message is owed to, and what the activity log keeps of it.</summary>
internal static class Transaction
{
    private static readonly string Accepted = SmtpReply.RecipientOk.ToString();

    /// <summary>
    /// One target for each destination, whatever number of recipients lead there: one inbox gets one copy. Where recipients would turn to different fallbacks,
    /// the first that names one decides for the copy. And where something is done to a copy in the name of the recipients' domain, each domain has one of its own.
    /// </summary>
    /// <param name="recipients">That were accepted.</param>
    /// <param name="profile">Of the domains of all of them.</param>
    public static ImmutableArray<Target> Targets(IReadOnlyList<AcceptedRecipient> recipients, ForwardingProfile profile)
    {
        if (recipients is [{ Decision: RecipientDecision.Forward { Targets: [ForwardTarget only] }, Recipient: AliasRecipient recipient }])
        {
            // Most mail: one recipient, one inbox.
            return [new Target(only.Destination, [recipient]) { Fallback = only.Fallback }];
        }

        var targets = new Dictionary<(EmailAddress Destination, string Domain), Target>();
        foreach (AcceptedRecipient accepted in recipients)
        {
            if (accepted.Decision is RecipientDecision.Forward forward)
            {
                foreach (ForwardTarget next in forward.Targets)
                {
                    var copy = (next.Destination, profile == ForwardingProfile.Transparent ? string.Empty : accepted.Recipient.Alias.Domain);
                    Target target = targets.GetValueOrDefault(copy) ?? new Target(next.Destination, []);
                    targets[copy] = target with
                    {
                        Aliases = target.Aliases.Contains(accepted.Recipient) ? target.Aliases : target.Aliases.Add(accepted.Recipient),
                        Fallback = target.Fallback ?? next.Fallback,
                    };
                }
            }
        }

        return [.. targets.Values];
    }

    public static MessageRecord Record(
        SmtpSession session, ClientConnection connection, MessageContent? content, string result, string reply, DateTimeOffset now) => new(
            session.Id,
            session.StartedAt,
            connection.Client.Address.ToString(),
            session.ClientName ?? "",
            session.Tls ?? "",
            session.Envelope?.SenderText ?? "",
            Recipients(session),
            content?.Length ?? 0,
            content?.Facts.Sha256,
            result,
            reply,
            session.IsReturn || session.Recipients is [{ Decision: RecipientDecision.Forward { Targets: [_] } }] ? 1 : Targets(session.Recipients, session.Profile).Length,
            now - session.StartedAt);

    public static ImmutableArray<CheckRecord> Checks(PolicyVerdict policy) => policy.Findings.IsEmpty
        ? []
        : [.. policy.Findings.Select(f => new CheckRecord(f.Check, f.Result, f.Domain, f.Reason, f.Action.Word()))];

    /// <summary>Whether the destination will be able to authenticate the message, as far as was looked; none where it was not, or where nothing is forwarded.</summary>
    public static ImmutableArray<CheckRecord> Outlook(SmtpSession session, PolicyVerdict policy)
    {
        if (policy.Authentication is not { } found || session.Recipients.FirstOrDefault(r => r.Decision is RecipientDecision.Forward) is not { } first)
        {
            return [];
        }

        string domain = first.Recipient.Alias.Domain;
        Forecast forecast = DeliveryForecast.After(new Forwarding(session.Envelope?.Sender, domain, session.Profile), found);
        return [new CheckRecord(CheckRecord.Forecast, forecast.Word, domain, forecast.Sentence, PolicyAction.Off.Word())];
    }

    private static ImmutableArray<RecipientRecord> Recipients(SmtpSession session)
    {
        int accepted = session.Recipients.Count;
        var records = new RecipientRecord[accepted + session.RefusedRecipients.Count];
        for (int i = 0; i < records.Length; i++)
        {
            records[i] = i < accepted ? Record(session.Recipients[i]) : Record(session.RefusedRecipients[i - accepted]);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(records);
    }

    private static RecipientRecord Record(AcceptedRecipient accepted) => accepted.Decision switch
    {
        RecipientDecision.Forward forward => new RecipientRecord(accepted.Recipient.Alias.Text, "forward", forward.RuleId, Accepted),
        RecipientDecision.Return => new RecipientRecord(accepted.Recipient.Alias.Text, "report", null, Accepted),
        RecipientDecision.Drop drop => new RecipientRecord(accepted.Recipient.Alias.Text, "drop", drop.RuleId, Accepted),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static RecipientRecord Record(RefusedRecipient refused) =>
        new(refused.Alias.Text, "refuse", refused.Refusal.RuleId, refused.Refusal.Reply.ToString());
}
