using EmailRouting.Storage;

namespace EmailRouting.Activity;

/// <summary>The words for a status that scripts and addresses of pages may rely on.</summary>
public static class MessageStatusWord
{
    private static readonly (MessageStatus Status, string Word)[] Words =
    [
        (MessageStatus.Queued, "queued"),
        (MessageStatus.Delayed, "delayed"),
        (MessageStatus.Forwarded, "forwarded"),
        (MessageStatus.Dropped, "dropped"),
        (MessageStatus.Rejected, "rejected"),
        (MessageStatus.TemporarilyRejected, "temporarily_rejected"),
        (MessageStatus.Bounced, "bounced"),
        (MessageStatus.Failed, "failed"),
        (MessageStatus.Abandoned, "abandoned"),
        (MessageStatus.Duplicate, "duplicate"),
        (MessageStatus.Quarantined, "quarantined"),
    ];

    /// <summary>All of them, in the order of the enumeration.</summary>
    public static IEnumerable<string> All => Words.Select(w => w.Word);

    public static string ToWord(this MessageStatus status) => Array.Find(Words, w => w.Status == status).Word;

    public static bool TryParse(string word, out MessageStatus status)
    {
        (status, string? found) = Array.Find(Words, w => string.Equals(w.Word, word, StringComparison.OrdinalIgnoreCase));
        return found is not null;
    }
}
