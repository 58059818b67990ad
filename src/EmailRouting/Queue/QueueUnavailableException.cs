namespace EmailRouting.Queue;

/// <summary>The queue could not store a message: 451 to the sender, 452 where the disk is full.</summary>
public sealed class QueueUnavailableException(string message, bool isDiskFull, Exception inner) : Exception(message, inner)
{
    public bool IsDiskFull { get; } = isDiskFull;
}
