using System.Collections.Immutable;
using EmailRouting.Mail;
using EmailRouting.MailAuth.Dkim;
using EmailRouting.MailAuth.Srs;
using EmailRouting.Network;
using EmailRouting.Queue;
using EmailRouting.Smtp;

namespace EmailRouting.Returns;

/// <summary>The way back to senders whose address we have rewritten: their reports are read here and told anew. Nothing that comes in is ever sent on.</summary>
/// <remarks>
/// Who knows an SRS address of ours can have a short mail of ours sent to the one address in it, a few times an hour, and chooses the status and a few lines of header in it:
/// that is all that there is to be had of us, so nobody relays through it.
/// </remarks>
public sealed class ReturnDesk(SrsRewriter srs, ReturnedMessages messages, OwnMailSigner signer, OwnIdentity identity, TimeProvider clock)
{
    /// <summary>Whether mail is taken for an address of one of our domains because we have made that address.</summary>
    /// <param name="recipient">As the client named it.</param>
    /// <param name="sender">Of the envelope.</param>
    /// <returns>Null for an address like any other.</returns>
    public ReturnPermission? Ask(EmailAddress recipient, EmailAddress? sender) => srs.Reverse(recipient) switch
    {
        SrsAnswer.NotSrs => null,
        SrsAnswer.Forged => new ReturnPermission.Forged(),
        SrsAnswer.Expired => new ReturnPermission.Refused("This return address has expired"),
        SrsAnswer.Reversed when sender is not null => new ReturnPermission.Refused("Only delivery reports, from the null sender, are taken for this address"),
        SrsAnswer.Reversed => new ReturnPermission.Granted(),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <param name="content">What came.</param>
    /// <param name="id">What it was called in our 250; the report that follows from it goes by the same name.</param>
    /// <param name="address">To which it came: one that <see cref="Ask"/> has granted.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="IOException">The spool file cannot be read.</exception>
    public async Task<ReturnAnswer> AnswerAsync(MessageContent content, MailId id, EmailAddress address, CancellationToken cancellation)
    {
        if (srs.Reverse(address) is not SrsAnswer.Reversed origin)
        {
            // A secret was withdrawn, or the day ended, since RCPT.
            return new ReturnAnswer.Refused();
        }

        switch (await ReturnedReport.ReadAsync(content, cancellation))
        {
            case ReturnedReport.Other:
                return new ReturnAnswer.Refused();

            case ReturnedReport.NoFailure:
                return new ReturnAnswer.NothingToTell();

            case ReturnedReport.Failure failure:
                ReturnedMessage? message = await messages.FindAsync(failure, origin, address.Domain, cancellation);
                return message is { LooksForged: true } ? new ReturnAnswer.NothingToTell() : new ReturnAnswer.Tell(Tell(failure, message, origin, id, address.Domain));

            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private OwedReport Tell(ReturnedReport.Failure failure, ReturnedMessage? message, SrsAnswer.Reversed origin, MailId id, string domain)
    {
        var subject = new ReportSubject(
            origin.Sender, domain, message is null ? null : (message.Id, message.At), EnvelopeId: null, OriginalHeader.ForSender(failure.Header, failure.Recipients));
        ImmutableArray<AliasRecipient> aliases = message is null ? [] : [.. message.Aliases.Select(alias => new AliasRecipient(alias, RcptParameters.None))];
        OwedReport report = DeliveryReport.Compose(subject, aliases, ReportVerdict.Returned(failure.Status), id, identity.HostName, clock.GetUtcNow());
        return report.SignedBy(signer, domain);
    }
}
