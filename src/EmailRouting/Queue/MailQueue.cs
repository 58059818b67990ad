using System.Collections.Immutable;
using EmailRouting.Delivery;
using EmailRouting.Mail;
using Microsoft.Extensions.Options;

namespace EmailRouting.Queue;

/// <summary>What is owed, to whom, when. Custody hands messages in; the runner attempts what is due.</summary>
public sealed class MailQueue
{
    private readonly IQueueStore _store;
    private readonly ActiveWindow _window;
    private readonly QueueOptions _options;
    private readonly TimeProvider _clock;
    private readonly Random _dice;

    internal MailQueue(IQueueStore store, ActiveWindow window, IOptions<QueueOptions> options, TimeProvider clock, Random dice) =>
        (_store, _window, _options, _clock, _dice) = (store, window, options.Value, clock, dice);

    /// <summary>Makes a message durable and has its deliveries attempted at once. Returns after the fsync.</summary>
    /// <exception cref="QueueUnavailableException">It could not be stored.</exception>
    public async Task AcceptAsync(AcceptedMail mail, ImmutableArray<Target> targets, CancellationToken cancellation)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        long bytes = mail.Content.Path is null ? mail.Content.Length : 0;
        if (!_window.TryReserve(targets.Length, bytes))
        {
            await _store.AcceptAsync(mail, [.. targets.Select(target => NewDelivery.Due(target, now, now))], cancellation);
            return;
        }

        // Born claimed: the bytes go from memory straight to the first attempt, and no claim has to be written for it.
        ImmutableArray<NewDelivery> deliveries = [.. targets.Select(target => NewDelivery.Claimed(target, now, now + _options.Lease))];
        try
        {
            await _store.AcceptAsync(mail, deliveries, cancellation);
        }
        catch
        {
            _window.CancelReservation(targets.Length, bytes);
            throw;
        }

        foreach (NewDelivery delivery in deliveries)
        {
            if (!_window.EnterReserved(Active(mail, delivery, now, underWay: null)))
            {
                mail.Content.Dispose();
            }
        }
    }

    /// <summary>
    /// Makes a message durable whose first attempt has ended in <see cref="DeliveryOutcome.Deferred"/>: its next one is due as the retry schedule says.
    /// </summary>
    /// <exception cref="QueueUnavailableException">It could not be stored.</exception>
    public Task AcceptDeferredAsync(AcceptedMail mail, Target target, DeliveryAttempt attempt, CancellationToken cancellation)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        DateTimeOffset due = RetrySchedule.Next(_options, mail.ReceivedAt, attempts: 1, now, _dice.NextDouble()) ?? now;
        string reply = attempt.Outcome is DeliveryOutcome.Deferred deferred ? deferred.Reply.ToString() : string.Empty;
        return _store.AcceptAsync(mail, [NewDelivery.Due(target, now, due) with { Attempts = 1, LastReply = reply }], cancellation);
    }

    /// <summary>
    /// Makes a message durable while its only attempt is still under way: the row is born claimed by that attempt, which settles it when it ends; it is not started
    /// again. Returns after the fsync, not after the attempt.
    /// </summary>
    /// <exception cref="QueueUnavailableException">It could not be stored; the attempt goes on and its outcome is the caller's again.</exception>
    public async Task AcceptUnderWayAsync(AcceptedMail mail, Target target, Task<DeliveryAttempt> attempt, CancellationToken cancellation)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        NewDelivery delivery = NewDelivery.Claimed(target, now, now + _options.Lease);
        await _store.AcceptAsync(mail, [delivery], cancellation);
        _window.EnterUnderWay(Active(mail, delivery, now, attempt));
    }

    private static ActiveDelivery Active(AcceptedMail mail, NewDelivery delivery, DateTimeOffset now, Task<DeliveryAttempt>? underWay)
    {
        mail.Content.Retain();
        return new ActiveDelivery(new ClaimedDelivery(delivery.Claim, mail.Id, delivery.Target, mail.ReceivedAt, delivery.Attempts), mail, underWay, now);
    }
}
