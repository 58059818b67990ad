using EmailRouting.Mail;
using EmailRouting.MailAuth.Dkim;
using EmailRouting.Network;
using EmailRouting.Queue;
using EmailRouting.Rules;
using EmailRouting.Smtp;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;

namespace EmailRouting.Server.Verification;

/// <summary>Asks the owners of new destinations, whichever process has added them.</summary>
/// <remarks>
/// What is to be asked stands in the database, and is crossed out once the mail is in the queue: after a crash in between it is asked again, with a new link. The look each
/// second is one step in an index that is empty but for what waits.
/// </remarks>
internal sealed partial class VerificationSender(
    RuleBook book, MailQueue queue, VerificationLink links, PublicUrl site, OwnIdentity identity, OwnMailSigner signer, TimeProvider clock, ILogger<VerificationSender> logger) : BackgroundService
{
    private const int AtOnce = 100;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            TimeSpan pause = Interval;
            try
            {
                foreach (Destination destination in await book.ToBeAskedAsync(AtOnce, stoppingToken))
                {
                    await AskAsync(destination, stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is QueueUnavailableException or System.Data.Common.DbException or DbUpdateException)
            {
                Log.Failed(logger, failure.Message);
                pause = PauseAfterFailure;
            }

            await Task.Delay(pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task AskAsync(Destination destination, CancellationToken cancellation)
    {
        if (!EmailAddress.TryParse(destination.Address, out EmailAddress? inbox))
        {
            return;
        }

        string nonce = VerificationLink.NewNonce();
        await book.AskAsync(destination.Id, nonce, cancellation);
        AcceptedMail mail = VerificationMail.Compose(inbox, site.Of($"verify/{links.Seal(destination.Id, nonce)}"), identity.HostName, clock.GetUtcNow());
        using MessageContent unsigned = mail.Content;
        using (MessageContent signed = signer.Sign(unsigned, domain: null))
        {
            mail = mail with { Content = signed };
            await queue.AcceptAsync(mail, [new Target(inbox, [new AliasRecipient(inbox, RcptParameters.None)])], CancellationToken.None);
        }

        await book.AskedAsync(destination.Id, nonce, CancellationToken.None);
        Log.Asked(logger, inbox, mail.Id);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 7101, Level = LogLevel.Information, Message = "The owner of {Inbox} is asked for consent with {MailId}")]
        public static partial void Asked(ILogger logger, EmailAddress inbox, MailId mailId);

        [LoggerMessage(EventId = 7102, Level = LogLevel.Error, Message = "Owners of destinations could not be asked; trying again in half a minute: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
