using System.Collections.Immutable;
using EmailRouting.Storage;

namespace EmailRouting.Activity;

/// <summary>All that is known of one message: the way in, and every attempt on the way out.</summary>
/// <param name="Received">The transaction.</param>
/// <param name="Status">What became of the message.</param>
/// <param name="Attempts">The oldest first; the ends that were no attempts are among them, with the number 0.</param>
public sealed record ActivityStory(MessageRecord Received, MessageStatus Status, ImmutableArray<AttemptRecord> Attempts)
{
    /// <summary>
    /// Whether the digest on the way in is the digest on the way out, for every copy that was sent whole (promise 1); null where there is nothing to compare.
    /// </summary>
    public bool? IsUnchanged =>
        Received.Sha256 is not { } before || !Attempts.Any(a => a.Sha256 is not null)
            ? null
            : Attempts.All(a => a.Sha256 is not { } after || after.AsSpan().SequenceEqual(before));
}
