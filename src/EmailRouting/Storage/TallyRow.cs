namespace EmailRouting.Storage;

/// <summary>How many messages of one status began in a stretch of time, in one domain or in all. Kept by the writer of the messages, in the same transaction.</summary>
public sealed class TallyRow
{
    /// <summary>Length of the stretch: 60 or 3600.</summary>
    public int Seconds { get; set; }

    public DateTimeOffset Start { get; set; }

    /// <summary>Of an alias; empty for the whole server, where a message with aliases in two domains counts once.</summary>
    public required string Domain { get; set; }

    public MessageStatus Status { get; set; }

    public long Messages { get; set; }
}
