using System.Data.Common;
using EmailRouting.Mail;
using EmailRouting.Storage;

namespace EmailRouting.Activity;

/// <summary>Finds messages by words. Every database does that in a way of its own, so it lies behind the model.</summary>
/// <remarks>
/// The index may lag: a message that is new or changed is marked as stale in the transaction that writes it, and its document is put in later, when there is time. What is
/// stale is never found here; the reader looks at it by itself, so nobody sees the lag.
/// </remarks>
public interface IActivityIndex
{
    /// <summary>Marks messages as stale.</summary>
    void Touch(DbConnection connection, DbTransaction transaction, IReadOnlyCollection<MailId> messages);

    /// <summary>Takes up documents; their messages are stale no more.</summary>
    void Put(DbConnection connection, DbTransaction transaction, IReadOnlyDictionary<MailId, string> documents);

    /// <summary>Forgets messages.</summary>
    void Remove(DbConnection connection, DbTransaction transaction, IReadOnlyCollection<MailId> messages);

    /// <summary>How many messages are stale.</summary>
    Task<int> CountStaleAsync(ActivityDb db, CancellationToken cancellation);

    /// <summary>Stale messages, the newest first.</summary>
    Task<List<MailId>> StaleAsync(ActivityDb db, IdRange range, int limit, CancellationToken cancellation);

    /// <summary>Messages that the index answers for and that match, the newest first.</summary>
    Task<List<MailId>> FindAsync(ActivityDb db, IndexQuestion question, IdRange range, int limit, CancellationToken cancellation);
}

/// <param name="From">The smallest id.</param>
/// <param name="Before">The first that is too great.</param>
public readonly record struct IdRange(MailId From, MailId Before);
