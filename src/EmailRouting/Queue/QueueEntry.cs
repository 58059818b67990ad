using System.Collections.Immutable;
using EmailRouting.Mail;
using EmailRouting.Storage;

namespace EmailRouting.Queue;

/// <summary>One delivery as the operator sees it.</summary>
/// <param name="Id">The name of the delivery; there is one for each inbox that a message is owed to.</param>
/// <param name="MessageId">The name of the message; holding, dropping and the like go by it.</param>
/// <param name="Sender">Null is the null reverse-path.</param>
/// <param name="Target">The destination, and the aliases it answers for.</param>
/// <param name="State">Queued, held or failed.</param>
/// <param name="IsUnderWay">An attempt is being made, or is about to be.</param>
/// <param name="DueAt">When the next attempt is made; of no meaning where <paramref name="IsUnderWay"/>, held or failed.</param>
/// <param name="ReceivedAt">When the message was accepted.</param>
/// <param name="Length">Octets.</param>
/// <param name="Sha256">Of the bytes.</param>
/// <param name="Attempts">Made so far.</param>
/// <param name="LastReply">What the last of them was told; null where there was none.</param>
public sealed record QueueEntry(
    DeliveryId Id,
    MailId MessageId,
    string? Sender,
    Target Target,
    QueueDbState State,
    bool IsUnderWay,
    DateTimeOffset DueAt,
    DateTimeOffset ReceivedAt,
    long Length,
    ImmutableArray<byte> Sha256,
    int Attempts,
    string? LastReply);
