using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using EmailRouting.Activity;
using EmailRouting.Delivery;
using EmailRouting.Mail;
using EmailRouting.Queue;
using EmailRouting.Smtp;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EmailRouting.Custody;

/// <summary>
/// Now or later: offers a message to its destination while the sender waits, or makes it durable. The one place that may answer 250 to a final dot (promise 2).
/// </summary>
public sealed partial class Custodian(
    ICourier courier,
    MailQueue queue,
    Ledger ledger,
    ActivityLog activity,
    IOptions<DeliveryOptions> options,
    TimeProvider clock,
    ILogger<Custodian> logger)
{
    // What an attempt that was handed to the queue may still take when the server stops.
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(3);

    // As many as there have been attempts at once.
    private readonly ConcurrentQueue<CancellationTokenSource> _spares = new();

    /// <summary>Takes a message or says why not. The content stays the caller's; whoever needs it longer retains it.</summary>
    /// <param name="incoming">The message, and whom it is owed to.</param>
    /// <param name="stopping">The server is stopping: what is under way goes to the queue.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<CustodyVerdict> TakeAsync(IncomingMail incoming, CancellationToken stopping)
    {
        if (incoming.Targets.IsEmpty && incoming.Report is null)
        {
            return new CustodyVerdict(Taken(incoming), CustodyResult.Dropped, Receipt: null);
        }

        Receipt receipt = await ledger.OpenAsync(LedgerKey.Of(incoming), incoming.IsSenderGone, stopping);
        if (receipt.WasTaken)
        {
            Log.AlreadyTaken(logger, incoming.Mail.Id);
            return new CustodyVerdict(Taken(incoming), CustodyResult.AlreadyTaken, receipt);
        }

        try
        {
            (SmtpReply reply, CustodyResult how) = incoming.Report is { } report ? await StoreAsync(incoming, report)
                : incoming.HoldReason is { } reason ? await HoldAsync(incoming, reason)
                : MayOffer(incoming.Targets, stopping) ? await OfferAsync(incoming, incoming.Targets[0], receipt, stopping)
                : await StoreAsync(incoming);
            return new CustodyVerdict(reply, how, receipt);
        }
        catch (QueueUnavailableException e)
        {
            Log.NotStored(logger, incoming.Mail.Id, e.Message);
            return new CustodyVerdict(e.IsDiskFull ? DiskFull : NotStored, CustodyResult.Deferred, receipt);
        }
        catch
        {
            receipt.Close();
            throw;
        }
    }

    private static readonly SmtpReply DiskFull = new(452, "4.3.1", "Insufficient system storage; try again later");
    private static readonly SmtpReply NotStored = new(451, "4.3.0", "The message could not be stored; try again later");

    private static SmtpReply Taken(IncomingMail incoming) => new(250, "2.0.0", $"OK {incoming.Mail.Id}");

    private bool MayOffer(ImmutableArray<Target> targets, CancellationToken stopping) =>
        targets.Length == 1
        && options.Value.Mode == DeliveryMode.CutThrough
        && !stopping.IsCancellationRequested
        && courier.IsReady(targets[0].Destination);

    private async Task<(SmtpReply, CustodyResult)> StoreAsync(IncomingMail incoming)
    {
        await queue.AcceptAsync(incoming.Mail, incoming.Targets, CancellationToken.None);
        return (Taken(incoming), CustodyResult.Queued);
    }

    /// <summary>The sender is told that it was taken, and it was: nobody but the operator lets it go or drops it.</summary>
    private async Task<(SmtpReply, CustodyResult)> HoldAsync(IncomingMail incoming, string reason)
    {
        await queue.AcceptHeldAsync(incoming.Mail, incoming.Targets, reason, CancellationToken.None);
        return (Taken(incoming), CustodyResult.Held);
    }

    /// <summary>A report that came back is answered for once the one that follows from it is durable.</summary>
    private async Task<(SmtpReply, CustodyResult)> StoreAsync(IncomingMail incoming, OwedReport report)
    {
        using (report.Mail.Content)
        {
            await queue.AcceptAsync(report.Mail, [report.Delivery.Target], CancellationToken.None);
        }

        return (Taken(incoming), CustodyResult.Queued);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<(SmtpReply, CustodyResult)> OfferAsync(IncomingMail incoming, Target target, Receipt receipt, CancellationToken stopping)
    {
        AcceptedMail mail = incoming.Mail;
        CancellationTokenSource giveUp = _spares.TryDequeue(out CancellationTokenSource? spare) ? spare : new CancellationTokenSource();
        Task<DeliveryAttempt> offer = courier.AttemptAsync(new Consignment(mail.Id, mail.Envelope, target, mail.Content), giveUp.Token);
        DeliveryAttempt attempt;
        try
        {
            attempt = await offer.WaitAsync(options.Value.Budget, clock, stopping);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException && !offer.IsFaulted && !offer.IsCanceled)
        {
            // It may have ended since: then it settles the row at once.
            return await HandOverAsync(incoming, target, receipt, offer, giveUp, stopping);
        }

        if (giveUp.TryReset())
        {
            _spares.Enqueue(giveUp);
        }

        activity.Attempted(mail.Id, target, attempt, attemptNumber: 1);
        switch (attempt.Outcome)
        {
            case DeliveryOutcome.Delivered:
                return (Taken(incoming), CustodyResult.Delivered);

            case DeliveryOutcome.Refused refused when target.Turned is { } fallback:
                // Not refused to the sender: the message has somewhere else to go, and is durable before it is taken (promise 2).
                await queue.AcceptTurnedAsync(mail, fallback, refused.Reply, CancellationToken.None);
                NoteTurn(mail.Id, target, fallback, refused.Reply);
                return (Taken(incoming), CustodyResult.Queued);

            case DeliveryOutcome.Refused refused:
                return (SenderWords.For(refused.Reply), CustodyResult.Refused);

            case DeliveryOutcome.Deferred deferred:
                Target owed = await queue.AcceptDeferredAsync(mail, target, deferred.Reply, CancellationToken.None);
                if (owed.Destination != target.Destination)
                {
                    NoteTurn(mail.Id, target, owed, deferred.Reply);
                }

                return (Taken(incoming), CustodyResult.Queued);

            default:
                throw new UnreachableException();
        }
    }

    private void NoteTurn(MailId id, Target target, Target fallback, SmtpReply reason) =>
        activity.Ended(id, target, "redirected", $"to {fallback.Destination}: {reason}");

    /// <summary>The budget is spent, or the server stops: the message becomes durable, and the attempt goes on and settles its own row.</summary>
    private async Task<(SmtpReply, CustodyResult)> HandOverAsync(
        IncomingMail incoming, Target target, Receipt receipt, Task<DeliveryAttempt> offer, CancellationTokenSource giveUp, CancellationToken stopping)
    {
        // An attempt that outlives its session still reads the content.
        MessageContent content = incoming.Mail.Content.Retain();
        CancellationTokenRegistration stop = stopping.UnsafeRegister(static source => ((CancellationTokenSource)source!).CancelAfter(StopGrace), giveUp);
        _ = offer.ContinueWith(
            _ =>
            {
                content.Dispose();
                stop.Dispose();
                giveUp.Dispose();
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);

        try
        {
            await queue.AcceptUnderWayAsync(incoming.Mail, target, offer, CancellationToken.None);
            return (Taken(incoming), CustodyResult.Queued);
        }
        catch (QueueUnavailableException)
        {
            // The sender hears 451 and comes again; should this attempt succeed meanwhile, that retry is answered from the ledger.
            _ = RememberSuccessAsync(incoming.Mail.Id, target, receipt, offer);
            throw;
        }
    }

    private async Task RememberSuccessAsync(MailId id, Target target, Receipt receipt, Task<DeliveryAttempt> offer)
    {
        DeliveryAttempt attempt = await offer;
        activity.Attempted(id, target, attempt, attemptNumber: 1);
        if (attempt.Outcome is DeliveryOutcome.Delivered)
        {
            receipt.Lost();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 5001, Level = LogLevel.Information, Message = "{Id} was taken before, its 250 lost with the connection: acknowledged, not taken twice")]
        public static partial void AlreadyTaken(ILogger logger, MailId id);

        [LoggerMessage(EventId = 5002, Level = LogLevel.Error, Message = "{Id} could not be stored and was answered 4xx: {Reason}")]
        public static partial void NotStored(ILogger logger, MailId id, string reason);
    }
}
