using System.Diagnostics.CodeAnalysis;
using EmailRouting.Delivery;
using EmailRouting.Mail;
using EmailRouting.MailAuth.Dkim;
using EmailRouting.Smtp;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EmailRouting.Queue;

/// <summary>One claimed delivery from its turn to its settlement. Whatever goes wrong here ends in another attempt, never in a lost message.</summary>
internal sealed partial class DeliveryAttempts(
    IQueueStore store,
    ICourier courier,
    OwnMailSigner signer,
    IOptions<QueueOptions> options,
    QueueMetrics metrics,
    DeliveryJournal journal,
    TimeProvider clock,
    Random dice,
    ILogger<DeliveryAttempts> logger)
{
    // Somebody who holds or drops a message expects that to work on one that has been waiting here since before.
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWaitForStore = TimeSpan.FromSeconds(30);

    private readonly QueueOptions _options = options.Value;

    /// <param name="active">Whose turn it is.</param>
    /// <param name="turnIsOver">Called once nothing more goes to the destination; where it is not, the turn ends with this call.</param>
    /// <param name="stopping">Attempts are broken off.</param>
    [SuppressMessage("Design", "CA1031", Justification = "A bug in one attempt is logged and is one attempt's bug: the delivery is tried again.")]
    public async Task MakeAsync(ActiveDelivery active, Action turnIsOver, CancellationToken stopping)
    {
        Claim claim = active.Delivery.Claim;
        AcceptedMail? mail = active.Mail;
        try
        {
            mail = await TakeAsync(active, stopping);
            if (mail is null)
            {
                // Dropped, held or taken over. Where the row is still there it is nobody's from now on.
                await store.ReleaseAsync([(claim, clock.GetUtcNow())], CancellationToken.None);
                return;
            }

            if (active.UnderWay is null && active.Delivery.Attempts > 0 && !courier.IsReady(active.Delivery.Target.Destination)
                && await WithoutAttemptAsync(active.Delivery, stopping))
            {
                return;
            }

            DeliveryAttempt attempt = await AttemptAsync(active, mail, stopping);

            // The destination has room again while what it said is written down.
            turnIsOver();
            await SettleAsync(active.Delivery, mail, attempt, stopping);
        }
        catch (Exception e)
        {
            Log.Broke(logger, active.Delivery.MessageId, e);
            await SettleAsync(claim, new Settlement.Retry(NextAfterFault(active.Delivery), "451 4.3.0 Local error; see the server's log"), stopping);
        }
        finally
        {
            (mail ?? active.Mail)?.Content.Dispose();
        }
    }

    private async ValueTask<AcceptedMail?> TakeAsync(ActiveDelivery active, CancellationToken stopping)
    {
        if (active.Mail is null)
        {
            return await store.LoadAsync(active.Delivery.Claim, stopping);
        }

        return active.UnderWay is not null
            || clock.GetUtcNow() - active.EnteredAt < FreshFor
            || await store.HoldsAsync(active.Delivery.Claim, stopping)
                ? active.Mail
                : null;
    }

    /// <summary>
    /// Where the destination is in back-off: looked at again later, or turned to the fallback once its time has come. A first attempt is always made, and so is one past
    /// the end where there is no fallback: no message waits for ever for a destination to be ready.
    /// </summary>
    /// <returns>False where an attempt is to be made all the same.</returns>
    private async Task<bool> WithoutAttemptAsync(ClaimedDelivery delivery, CancellationToken stopping)
    {
        DateTimeOffset now = clock.GetUtcNow();
        TimeSpan term = RetrySchedule.Term(_options, delivery.Target);
        if (now - delivery.AgesFrom < term)
        {
            await store.ReleaseAsync([(delivery.Claim, RetrySchedule.Postponed(_options, term, delivery.AgesFrom, now, dice.NextDouble()))], CancellationToken.None);
            return true;
        }

        if (delivery.Target.TurnedWhenLate is not { } fallback)
        {
            return false;
        }

        var turn = new Settlement.Turn(fallback, "451 4.4.1 The destination could not be reached in time");
        if (await SettleAsync(delivery.Claim, turn, stopping))
        {
            Tell(delivery, turn, turn.Reason);
        }

        return true;
    }

    private Task<DeliveryAttempt> AttemptAsync(ActiveDelivery active, AcceptedMail mail, CancellationToken stopping) =>
        active.UnderWay ?? courier.AttemptAsync(new Consignment(mail.Id, mail.Envelope, active.Delivery.Target, mail.Content), stopping);

    private async Task SettleAsync(ClaimedDelivery delivery, AcceptedMail mail, DeliveryAttempt attempt, CancellationToken stopping)
    {
        if (attempt.Outcome is DeliveryOutcome.Deferred && stopping.IsCancellationRequested)
        {
            // We broke it off; that says nothing about the destination, and it is first in line when we are back.
            await store.ReleaseAsync([(delivery.Claim, clock.GetUtcNow())], CancellationToken.None);
            return;
        }

        Settlement settlement = AttemptVerdict.Settle(mail, delivery, attempt.Outcome, _options, clock.GetUtcNow(), dice.NextDouble())
            .SignedBy(signer, delivery.Target);
        bool isOurs = await SettleAsync(delivery.Claim, settlement, stopping);
        journal.Attempted(delivery.MessageId, delivery.Target, attempt, delivery.Attempts + 1);
        if (isOurs && attempt.Outcome is not DeliveryOutcome.Delivered)
        {
            Tell(delivery, settlement, attempt.Outcome switch
            {
                DeliveryOutcome.Refused refused => refused.Reply.ToString(),
                DeliveryOutcome.Deferred deferred => deferred.Reply.ToString(),
                _ => string.Empty,
            });
        }
    }

    private void Tell(ClaimedDelivery delivery, Settlement settlement, string reply)
    {
        switch (settlement)
        {
            case Settlement.Done:
                Log.Bounced(logger, delivery.MessageId, delivery.Target.Destination, reply);
                journal.Ended(delivery.MessageId, delivery.Target, "bounced", reply);
                break;

            case Settlement.Failed:
                Log.Failed(logger, delivery.MessageId, delivery.Target.Destination, reply);
                journal.Ended(delivery.MessageId, delivery.Target, "failed", reply);
                break;

            case Settlement.Turn turn:
                Log.Turned(logger, delivery.MessageId, delivery.Target.Destination, turn.To.Destination, reply);
                journal.Ended(delivery.MessageId, delivery.Target, "redirected", $"to {turn.To.Destination}: {reply}");
                break;

            case Settlement.Retry retry:
                Log.Deferred(logger, delivery.MessageId, delivery.Target.Destination, retry.DueAt, reply);
                break;
        }
    }

    /// <summary>Until the store takes it: an outcome that is forgotten is a duplicate. When the process stops first, that is what it will be.</summary>
    private async Task<bool> SettleAsync(Claim claim, Settlement settlement, CancellationToken stopping)
    {
        TimeSpan wait = TimeSpan.FromSeconds(1);
        while (true)
        {
            try
            {
                bool isOurs = await store.SettleAsync(claim, settlement, clock.GetUtcNow(), CancellationToken.None);
                metrics.Settled(!isOurs ? "lost" : settlement switch { Settlement.Done => "done", Settlement.Retry => "retry", Settlement.Turn => "turned", _ => "failed" });
                return isOurs;
            }
            catch (QueueUnavailableException e) when (!stopping.IsCancellationRequested)
            {
                Log.Unsettled(logger, claim.DeliveryId, e);
                await Task.Delay(wait, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                wait = wait * 2 < LongestWaitForStore ? wait * 2 : LongestWaitForStore;
            }
        }
    }

    // A bug does not age a message: where the schedule is at its end, the delivery goes on at its slowest pace and stays visible in the queue.
    private DateTimeOffset NextAfterFault(ClaimedDelivery delivery)
    {
        DateTimeOffset now = clock.GetUtcNow();
        return RetrySchedule.Next(_options, RetrySchedule.Term(_options, delivery.Target), delivery.AgesFrom, delivery.Attempts + 1, now, dice.NextDouble()) ?? now + _options.LongestRetry;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3010, Level = LogLevel.Information, Message = "{MessageId}: to {Destination} deferred until {DueAt}: {Reply}")]
        public static partial void Deferred(ILogger logger, MailId messageId, EmailAddress destination, DateTimeOffset dueAt, string reply);

        [LoggerMessage(EventId = 3011, Level = LogLevel.Information, Message = "{MessageId}: to {Destination} failed, the sender is told: {Reply}")]
        public static partial void Bounced(ILogger logger, MailId messageId, EmailAddress destination, string reply);

        [LoggerMessage(EventId = 3012, Level = LogLevel.Warning, Message = "{MessageId}: to {Destination} failed and is kept, nobody may be told: {Reply}")]
        public static partial void Failed(ILogger logger, MailId messageId, EmailAddress destination, string reply);

        [LoggerMessage(EventId = 3015, Level = LogLevel.Information, Message = "{MessageId}: to {Destination} failed, turned to {Fallback}: {Reply}")]
        public static partial void Turned(ILogger logger, MailId messageId, EmailAddress destination, EmailAddress fallback, string reply);

        [LoggerMessage(EventId = 3013, Level = LogLevel.Error, Message = "{MessageId}: the attempt broke; it is made again later")]
        public static partial void Broke(ILogger logger, MailId messageId, Exception reason);

        [LoggerMessage(EventId = 3014, Level = LogLevel.Error, Message = "The outcome of delivery {DeliveryId} could not be written down; trying again")]
        public static partial void Unsettled(ILogger logger, long deliveryId, Exception reason);
    }
}
