using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EmailRouting.Delivery;
using EmailRouting.Mail;
using EmailRouting.Smtp;
using Microsoft.Extensions.Options;

namespace EmailRouting.Queue;

/// <summary>What is owed, to whom, when. Custody hands messages in; the runner attempts what is due.</summary>
public sealed class MailQueue
{
    // Over this many octets it costs less to let a sender wait than to read the message back from the disk.
    private const int LargeMessage = 32 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan PauseAfterVain = TimeSpan.FromSeconds(10);

    private readonly IQueueStore _store;
    private readonly ActiveWindow _window;
    private readonly QueueOptions _options;
    private readonly TimeProvider _clock;
    private readonly Random _dice;
    private long _noPatienceBefore;

    internal MailQueue(IQueueStore store, ActiveWindow window, IOptions<QueueOptions> options, TimeProvider clock, Random dice) =>
        (_store, _window, _options, _clock, _dice) = (store, window, options.Value, clock, dice);

    /// <summary>Makes a message durable and has its deliveries attempted at once. Returns after the fsync.</summary>
    /// <remarks>
    /// While large messages come faster than they leave, each waits up to a quarter of a second before it is stored, until it can stay in memory for its attempt: more
    /// of them leave in the end than if all were taken at once and most read back. (Postfix has <c>in_flow_delay</c> for this.)
    /// </remarks>
    /// <exception cref="QueueUnavailableException">It could not be stored.</exception>
    public Task AcceptAsync(AcceptedMail mail, ImmutableArray<Target> targets, CancellationToken cancellation) =>
        AcceptAsync(mail, targets, lastReply: null, cancellation);

    /// <summary>Makes a message durable and has it wait for the operator: nothing is attempted, and it does not age.</summary>
    /// <param name="mail">The message.</param>
    /// <param name="targets">Whom it is owed to.</param>
    /// <param name="reason">For the operator, who sees it as the last reply.</param>
    /// <param name="cancellation">Nothing is stored then.</param>
    /// <exception cref="QueueUnavailableException">It could not be stored.</exception>
    public Task AcceptHeldAsync(AcceptedMail mail, ImmutableArray<Target> targets, string reason, CancellationToken cancellation)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        return _store.AcceptAsync(mail, [.. targets.Select(target => NewDelivery.Due(target, now, now) with { IsHeld = true, LastReply = reason })], cancellation);
    }

    /// <summary>
    /// Makes a message durable that its destination has refused, or put off for longer than its rule allows: owed to the fallback, and attempted there at once.
    /// </summary>
    /// <param name="mail">The message.</param>
    /// <param name="fallback">Where it has turned to.</param>
    /// <param name="reason">What the destination that failed had said, for the operator.</param>
    /// <param name="cancellation">Nothing is stored then.</param>
    /// <exception cref="QueueUnavailableException">It could not be stored.</exception>
    public Task AcceptTurnedAsync(AcceptedMail mail, Target fallback, SmtpReply reason, CancellationToken cancellation) =>
        AcceptAsync(mail, [fallback], reason.ToString(), cancellation);

    /// <summary>
    /// Makes a message durable whose first attempt has ended in <see cref="DeliveryOutcome.Deferred"/>: its next one is due as the retry schedule says.
    /// </summary>
    /// <returns>Where it is owed to: the fallback, where the destination had no time but this one.</returns>
    /// <exception cref="QueueUnavailableException">It could not be stored.</exception>
    public async Task<Target> AcceptDeferredAsync(AcceptedMail mail, Target target, SmtpReply reply, CancellationToken cancellation)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        DateTimeOffset? next = RetrySchedule.Next(_options, RetrySchedule.Term(_options, target), mail.ReceivedAt, attempts: 1, now, _dice.NextDouble());
        if (next is null && target.TurnedWhenLate is { } fallback)
        {
            await AcceptTurnedAsync(mail, fallback, reply, cancellation);
            return fallback;
        }

        NewDelivery delivery = NewDelivery.Due(target, now, next ?? now) with { Attempts = 1, LastReply = reply.ToString() };
        await _store.AcceptAsync(mail, [delivery], cancellation);
        return target;
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

    private async Task AcceptAsync(AcceptedMail mail, ImmutableArray<Target> targets, string? lastReply, CancellationToken cancellation)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        long bytes = mail.Content.Path is null ? mail.Content.Length : 0;
        bool isReserved = await ReserveAsync(targets.Length, bytes, now, cancellation);

        // Born claimed where there is room: the bytes go from memory straight to the first attempt, and no claim has to be written for it.
        DateTimeOffset? leaseUntil = isReserved ? now + _options.Lease : null;
        var deliveries = new NewDelivery[targets.Length];
        for (int i = 0; i < deliveries.Length; i++)
        {
            deliveries[i] = new NewDelivery(Claim.New(now), targets[i], now, leaseUntil, 0, lastReply);
        }

        try
        {
            await _store.AcceptAsync(mail, ImmutableCollectionsMarshal.AsImmutableArray(deliveries), cancellation);
        }
        catch when (isReserved)
        {
            _window.CancelReservation(deliveries.Length, bytes);
            throw;
        }

        if (!isReserved)
        {
            return;
        }

        foreach (NewDelivery delivery in deliveries)
        {
            if (!_window.EnterReserved(Active(mail, delivery, now, underWay: null)))
            {
                mail.Content.Dispose();
            }
        }
    }

    private async ValueTask<bool> ReserveAsync(int deliveries, long bytes, DateTimeOffset now, CancellationToken cancellation)
    {
        if (bytes < LargeMessage || now.UtcTicks < Volatile.Read(ref _noPatienceBefore))
        {
            return _window.TryReserve(deliveries, bytes);
        }

        if (await _window.ReserveAsync(deliveries, bytes, Patience, _clock, cancellation))
        {
            return true;
        }

        // A destination that hangs may hold all the places: nobody else is to wait for it.
        DateTimeOffset end = _clock.GetUtcNow();
        if (end - now >= Patience)
        {
            Volatile.Write(ref _noPatienceBefore, (end + PauseAfterVain).UtcTicks);
        }

        return false;
    }

    private static ActiveDelivery Active(AcceptedMail mail, NewDelivery delivery, DateTimeOffset now, Task<DeliveryAttempt>? underWay)
    {
        mail.Content.Retain();
        return new ActiveDelivery(new ClaimedDelivery(delivery.Claim, mail.Id, delivery.Target, mail.ReceivedAt, delivery.Attempts), mail, underWay, now);
    }
}
