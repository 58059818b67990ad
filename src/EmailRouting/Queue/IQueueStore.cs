using System.Collections.Immutable;
using EmailRouting.Mail;

namespace EmailRouting.Queue;

/// <summary>Where owed mail is kept: SQLite now, a server later. Every method that changes something returns only when the change is on stable storage.</summary>
public interface IQueueStore
{
    /// <summary>
    /// Opens the store for the one process that serves (it holds the lock of the data directory): claims of earlier processes are due at once, and what an
    /// accident left in the spool is removed.
    /// </summary>
    Task OpenAsync(CancellationToken cancellation);

    /// <summary>Makes a message and all its deliveries durable (fsync done) in one transaction.</summary>
    /// <exception cref="QueueUnavailableException">It could not; then nothing is stored, and the content is the caller's as before.</exception>
    Task AcceptAsync(AcceptedMail mail, ImmutableArray<NewDelivery> deliveries, CancellationToken cancellation);

    /// <summary>
    /// Takes up to <paramref name="limit"/> due deliveries under a lease, the longest due first. One that is held or failed is never returned, nor one that is
    /// claimed while its lease lasts.
    /// </summary>
    /// <param name="limit">At least 1.</param>
    /// <param name="exceptDomains">Destination domains that have all the attention they may have: theirs are passed over, not waited for.</param>
    /// <param name="now">What is due by then.</param>
    /// <param name="leaseUntil">After which it is anybody's again.</param>
    /// <param name="cancellation">Nothing is claimed then.</param>
    Task<ImmutableArray<ClaimedDelivery>> ClaimAsync(
        int limit, ImmutableArray<string> exceptDomains, DateTimeOffset now, DateTimeOffset leaseUntil, CancellationToken cancellation);

    /// <summary>Moves the lease of claims whose attempts still live.</summary>
    Task RenewAsync(ImmutableArray<Claim> claims, DateTimeOffset leaseUntil, CancellationToken cancellation);

    /// <summary>Gives claims back without an attempt having been made; the deliveries are due again at the given times.</summary>
    Task ReleaseAsync(ImmutableArray<(Claim Claim, DateTimeOffset DueAt)> claims, CancellationToken cancellation);

    /// <summary>
    /// Writes how an attempt ended, if its claim still holds; the last delivery of a message takes the message with it. False where the claim was lost
    /// (dropped by the operator, taken over): then nothing is written.
    /// </summary>
    Task<bool> SettleAsync(Claim claim, Settlement settlement, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>
    /// The message of a claimed delivery with its content, the caller's to dispose. Null where the claim is not to be acted upon any more: the operator has dropped or
    /// held the delivery, or somebody else has taken it over.
    /// </summary>
    Task<AcceptedMail?> LoadAsync(Claim claim, CancellationToken cancellation);

    /// <summary>Whether a claim is still to be acted upon: false where <see cref="LoadAsync"/> would give null.</summary>
    Task<bool> HoldsAsync(Claim claim, CancellationToken cancellation);

    Task<QueueDepth> DepthAsync(CancellationToken cancellation);

    /// <summary>Removes deliveries that failed before the given time, and returns them.</summary>
    Task<ImmutableArray<(MailId MessageId, Target Target)>> PurgeFailedAsync(DateTimeOffset failedBefore, CancellationToken cancellation);
}
