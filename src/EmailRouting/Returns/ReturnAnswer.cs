using EmailRouting.Queue;

namespace EmailRouting.Returns;

/// <summary>What becomes of a message to an SRS address of ours.</summary>
public abstract record ReturnAnswer
{
    private ReturnAnswer()
    {
    }

    /// <summary>No delivery report: refused.</summary>
    public sealed record Refused : ReturnAnswer;

    /// <summary>A report that nobody is told of: taken, and gone.</summary>
    public sealed record NothingToTell : ReturnAnswer;

    /// <summary>Taken once this is durable.</summary>
    /// <param name="Report">To the sender of the message that came back, in our words.</param>
    public sealed record Tell(OwedReport Report) : ReturnAnswer;
}
