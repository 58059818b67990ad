using System.Collections.Immutable;
using EmailRouting.Activity;
using EmailRouting.Mail;
using EmailRouting.Policy;
using EmailRouting.Rules;
using EmailRouting.Smtp;

namespace EmailRouting.Reception;

/// <summary>What a transaction comes to: whom the message is owed to, and what the activity log keeps of it.</summary>
internal static class Transaction
{
    /// <summary>
    /// One target for each destination, whatever number of recipients lead there: one inbox gets one copy. Where recipients would turn to different fallbacks,
    /// the first that names one decides for the copy.
    /// </summary>
    public static ImmutableArray<Target> Targets(IReadOnlyList<AcceptedRecipient> recipients)
    {
        if (recipients is [{ Decision: RecipientDecision.Forward { Targets: [ForwardTarget only] }, Recipient: AliasRecipient recipient }])
        {
            return [new Target(only.Destination, [recipient]) { Fallback = only.Fallback }];
        }

        var targets = new Dictionary<EmailAddress, Target>();
        foreach (AcceptedRecipient accepted in recipients)
        {
            if (accepted.Decision is RecipientDecision.Forward forward)
            {
                foreach (ForwardTarget next in forward.Targets)
                {
                    Target target = targets.GetValueOrDefault(next.Destination) ?? new Target(next.Destination, []);
                    targets[next.Destination] = target with
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
            [.. session.Recipients.Select(Record), .. session.RefusedRecipients.Select(Record)],
            content?.Length ?? 0,
            content?.Facts.Sha256,
            result,
            reply,
            Targets(session.Recipients).Length,
            now - session.StartedAt);

    public static ImmutableArray<CheckRecord> Checks(PolicyVerdict policy) => policy.Findings.IsEmpty
        ? []
        : [.. policy.Findings.Select(f => new CheckRecord(f.Check, f.Result, f.Domain, f.Reason, f.Action.Word()))];

    private static RecipientRecord Record(AcceptedRecipient accepted) => accepted.Decision switch
    {
        RecipientDecision.Forward forward => new RecipientRecord(accepted.Recipient.Alias.Text, "forward", forward.RuleId, SmtpReply.RecipientOk.ToString()),
        RecipientDecision.Drop drop => new RecipientRecord(accepted.Recipient.Alias.Text, "drop", drop.RuleId, SmtpReply.RecipientOk.ToString()),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static RecipientRecord Record(RefusedRecipient refused) =>
        new(refused.Alias.Text, "refuse", refused.Refusal.RuleId, refused.Refusal.Reply.ToString());
}
