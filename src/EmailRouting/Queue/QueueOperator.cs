using System.Collections.Immutable;
using EmailRouting.Mail;
using EmailRouting.Smtp;
using EmailRouting.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace EmailRouting.Queue;

/// <summary>What the operator may see and do, from any process on the same data directory: the rows are the only thing that this and a running server share.</summary>
/// <remarks>
/// Each act is one transaction that no other writer comes between. The server sees what has become due within a quarter of a second. An attempt that is under way is not
/// broken off: it ends, and what it would settle is looked at again then.
/// </remarks>
/// <param name="databases">Of the queue.</param>
/// <param name="directory">With its spool.</param>
/// <param name="clock">For what becomes due.</param>
/// <param name="ended">The activity log, told of what was dropped or redirected: message, target, <c>dropped</c> or <c>redirected</c>, and the reason.</param>
public sealed partial class QueueOperator(
    IDbContextFactory<QueueDb> databases, DataDirectory directory, TimeProvider clock, Func<MailId, Target, string, string, Task> ended)
{
    private readonly Spool _spool = new(directory);

    /// <summary>What is still owed of one message.</summary>
    public async Task<ImmutableArray<QueueEntry>> ShowAsync(QueueSelection selection, CancellationToken cancellation)
    {
        await using QueueDb db = await databases.CreateDbContextAsync(cancellation);
        return [.. Entries(await RowsAsync(db.Deliveries.AsNoTracking(), selection, cancellation), await FactsAsync(db, [selection.Message.Value], cancellation), selection.Domains)];
    }

    /// <summary>The bytes of a message, as they came; null where nothing that is selected is owed of it any more. They stay readable while the message is delivered meanwhile.</summary>
    /// <remarks>The content has no domain of its own: it may be read as long as something of it is owed to an alias that may be seen.</remarks>
    public async Task<Stream?> OpenRawAsync(QueueSelection selection, CancellationToken cancellation)
    {
        MailId id = selection.Message;
        await using QueueDb db = await databases.CreateDbContextAsync(cancellation);
        var stored = await db.Messages.AsNoTracking().Where(m => m.Id == id.Value).Select(m => new { m.Content }).SingleOrDefaultAsync(cancellation);
        if (stored is null || (await RowsAsync(db.Deliveries.AsNoTracking(), selection, cancellation)).Count == 0)
        {
            return null;
        }

        try
        {
            // What is in a row is small, or it would be in the spool.
            return stored.Content is { } content ? new MemoryStream(content, writable: false) : _spool.OpenRead(id);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Makes what is queued due now. What failed begins anew: another full term, counted from now.</summary>
    public Task<QueueChange> RetryAsync(QueueSelection selection, CancellationToken cancellation) => ChangeAsync(
        selection,
        static delivery => delivery is { State: QueueDbState.Queued or QueueDbState.Failed, Claim: 0 },
        (deliveries, now) => deliveries.ForEach(delivery =>
        {
            if (delivery.State == QueueDbState.Failed)
            {
                (delivery.AgesFrom, delivery.Attempts) = (now, 0);
            }

            (delivery.State, delivery.DueAt, delivery.RestingSince) = (QueueDbState.Queued, now, null);
        }),
        cancellation);

    /// <summary>Keeps what is queued from being attempted, for as long as it takes. It does not age.</summary>
    public Task<QueueChange> HoldAsync(QueueSelection selection, CancellationToken cancellation) => ChangeAsync(
        selection,
        static delivery => delivery.State == QueueDbState.Queued,
        static (deliveries, now) => deliveries.ForEach(delivery => (delivery.State, delivery.RestingSince) = (QueueDbState.Held, now)),
        cancellation);

    /// <summary>Lets what was held go on, due now and no older than when it was held. What is still being attempted is due when that ends.</summary>
    public Task<QueueChange> ReleaseAsync(QueueSelection selection, CancellationToken cancellation) => ChangeAsync(
        selection,
        static delivery => delivery.State == QueueDbState.Held,
        static (deliveries, now) => deliveries.ForEach(delivery =>
        {
            delivery.AgesFrom += now - (delivery.RestingSince ?? now);
            delivery.DueAt = delivery.Claim == 0 ? now : delivery.DueAt;
            (delivery.State, delivery.RestingSince) = (QueueDbState.Queued, null);
        }),
        cancellation);

    /// <summary>
    /// Owes it to another inbox from now on, as if it had been accepted for that one now; what failed is queued again, what is held stays held. What is being attempted is
    /// left alone, for that attempt may be delivering it: held first, it can be redirected as soon as the attempt has ended.
    /// </summary>
    /// <param name="selection">Several deliveries become one: one inbox gets one copy.</param>
    /// <param name="destination">The caller has seen to it that mail may be sent there.</param>
    /// <param name="cancellation">Nothing is changed then.</param>
    public async Task<QueueChange> RedirectAsync(QueueSelection selection, EmailAddress destination, CancellationToken cancellation)
    {
        QueueChange change = await ChangeAsync(
            selection,
            delivery => delivery.Claim == 0 && AliasList.ReadAddress(delivery.Destination) != destination,
            (deliveries, now) =>
            {
                foreach (IGrouping<bool, QueueDbDelivery> copies in deliveries.ToLookup(delivery => delivery.State == QueueDbState.Held))
                {
                    Redirect(copies.First(), [.. copies], destination, now);
                    deliveries.RemoveAll(delivery => copies.Skip(1).Contains(delivery));
                }
            },
            cancellation);
        await TellAsync(change, "redirected", $"to {destination}, by the operator");
        return change;
    }

    /// <summary>Removes what is owed; nobody is told. An attempt that is under way may still deliver it.</summary>
    public async Task<QueueChange> DropAsync(QueueSelection selection, CancellationToken cancellation)
    {
        QueueChange change = await ChangeAsync(selection, static _ => true, static (deliveries, _) => deliveries.Clear(), cancellation);
        await TellAsync(change, "dropped", "by the operator");
        return change;
    }

    private static void Redirect(QueueDbDelivery kept, IReadOnlyList<QueueDbDelivery> copies, EmailAddress destination, DateTimeOffset now)
    {
        ImmutableArray<AliasRecipient> aliases = [.. copies.SelectMany(copy => AliasList.Read(copy.Aliases)).DistinctBy(alias => alias.Alias)];
        (kept.Destination, kept.Domain) = (destination.Text, destination.Domain);
        (kept.Aliases, kept.AliasDomains) = (AliasList.Write(aliases), AliasDomains.Of(aliases));
        (kept.Fallback, kept.FallbackAfter) = (null, null);
        (kept.DueAt, kept.AgesFrom, kept.Attempts) = (now, now, 0);
        (kept.State, kept.RestingSince) = kept.State == QueueDbState.Held ? (QueueDbState.Held, now) : (QueueDbState.Queued, (DateTimeOffset?)null);
    }

    /// <param name="selection">What it is about.</param>
    /// <param name="may">Whether a delivery is in a state for this.</param>
    /// <param name="act">Changes deliveries; those that it takes out of the list are removed from the queue.</param>
    /// <param name="cancellation">Nothing is changed then.</param>
    private async Task<QueueChange> ChangeAsync(
        QueueSelection selection, Func<QueueDbDelivery, bool> may, Action<List<QueueDbDelivery>, DateTimeOffset> act, CancellationToken cancellation)
    {
        await using QueueDb db = await databases.CreateDbContextAsync(cancellation);

        // SQLite begins it as a writer: what is read here is what is changed.
        await using IDbContextTransaction transaction = await db.Database.BeginTransactionAsync(cancellation);
        List<QueueDbDelivery> selected = await RowsAsync(db.Deliveries.AsTracking(), selection, cancellation);
        ILookup<bool, QueueDbDelivery> isChanged = selected.ToLookup(delivery => MayActOn(delivery, selection) && may(delivery));
        Dictionary<long, MessageFacts> facts = await FactsAsync(db, [selection.Message.Value], cancellation);
        ImmutableArray<QueueEntry> before = [.. Entries(isChanged[true], facts, selection.Domains)];
        ImmutableArray<QueueEntry> untouched = [.. Entries(isChanged[false], facts, selection.Domains)];
        if (before.IsEmpty)
        {
            return new QueueChange([], [], untouched);
        }

        List<QueueDbDelivery> left = [.. isChanged[true]];
        act(left, clock.GetUtcNow());
        db.Deliveries.RemoveRange(isChanged[true].Except(left));
        await db.SaveChangesAsync(cancellation);
        int messages = left.Count > 0
            ? 0
            : await db.Messages.Where(m => m.Id == selection.Message.Value && !db.Deliveries.Any(d => d.MessageId == m.Id)).ExecuteDeleteAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        if (messages > 0)
        {
            _spool.Delete(selection.Message);
        }

        return new QueueChange(before, [.. Entries(left, facts, selection.Domains)], untouched);
    }

    private static bool MayActOn(QueueDbDelivery delivery, QueueSelection selection) =>
        selection.Domains is not { } domains || AliasList.Read(delivery.Aliases).All(alias => domains.Contains(alias.Alias.Domain));

    private async Task TellAsync(QueueChange change, string end, string reason)
    {
        foreach (QueueEntry entry in change.Before)
        {
            await ended(entry.MessageId, entry.Target, end, reason);
        }
    }

    private static async Task<List<QueueDbDelivery>> RowsAsync(IQueryable<QueueDbDelivery> deliveries, QueueSelection selection, CancellationToken cancellation)
    {
        deliveries = deliveries.Where(d => d.MessageId == selection.Message.Value);
        if (selection.Delivery is { } one)
        {
            deliveries = deliveries.Where(d => d.Id == one.Value);
        }

        List<QueueDbDelivery> rows = await deliveries.OrderBy(d => d.Id).ToListAsync(cancellation);
        return selection.Domains is { } domains ? rows.FindAll(row => AliasList.Read(row.Aliases).Any(alias => domains.Contains(alias.Alias.Domain))) : rows;
    }
}
