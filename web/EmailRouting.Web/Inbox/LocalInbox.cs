namespace EmailRouting.Web.Inbox;

/// <summary>The newest mails of the local inbox, in memory: the oldest make room for the new.</summary>
public sealed class LocalInbox
{
    public const int MaxMails = 1_000;

    /// <summary>Octets of all mails together, and so the size of the largest.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<InboxMail> _mails = [];
    private long _bytes;

    public void Keep(InboxMail mail)
    {
        lock (_lock)
        {
            _mails.Enqueue(mail);
            _bytes += mail.Content.Length;
            while (_mails.Count > MaxMails || _bytes > MaxBytes)
            {
                _bytes -= _mails.Dequeue().Content.Length;
            }
        }
    }

    public IReadOnlyList<InboxMail> NewestFirst()
    {
        lock (_lock)
        {
            return [.. _mails.Reverse()];
        }
    }

    /// <returns>Null where it never was, or made room.</returns>
    public InboxMail? Find(string id)
    {
        lock (_lock)
        {
            return _mails.FirstOrDefault(mail => mail.Id == id);
        }
    }
}
