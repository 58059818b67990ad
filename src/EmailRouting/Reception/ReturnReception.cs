using EmailRouting.Mail;
using EmailRouting.Returns;
using EmailRouting.Rules;
using EmailRouting.Smtp;
using EmailRouting.Storage;

namespace EmailRouting.Reception;

/// <summary>The door for reports to senders that were rewritten: decides at RCPT from memory, and has what came read at the final dot.</summary>
internal sealed class ReturnReception(ReturnDesk desk, SmtpOptions options, TimeProvider clock)
{
    // All reports count as one message that comes again.
    private const ulong AnyReport = 0;

    // One sender's address of one day may get a report for each message of that day.
    private readonly LoopGuard _visits = new(clock);

    /// <summary>What is decided on an address that we have made, or that pretends to be one; null for every other, which the rules decide on.</summary>
    public RecipientDecision? Decide(EmailAddress recipient, EmailAddress? sender, RuleSet rules) =>
        !rules.ReceivesFor(recipient) ? null
        : desk.Ask(recipient, sender) switch
        {
            null => null,
            ReturnPermission.Forged => rules.ProfileOf(recipient.Domain).HasFlag(ForwardingProfile.Srs) ? new RecipientDecision.Refuse(Replies.ForgedReturn, null) : null,
            ReturnPermission.Refused refused => new RecipientDecision.Refuse(new SmtpReply(550, "5.7.1", refused.Text), null),
            ReturnPermission.Granted => _visits.Visit(AnyReport, recipient) > options.ReturnLimit
                ? new RecipientDecision.Refuse(Replies.TooManyReturns, null)
                : new RecipientDecision.Return(),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    /// <inheritdoc cref="ReturnDesk.AnswerAsync"/>
    public Task<ReturnAnswer> AnswerAsync(MessageContent content, MailId id, EmailAddress address, CancellationToken cancellation) =>
        desk.AnswerAsync(content, id, address, cancellation);
}
