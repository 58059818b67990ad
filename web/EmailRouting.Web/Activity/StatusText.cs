using EmailRouting.Activity;
using EmailRouting.Storage;

namespace EmailRouting.Web.Activity;

/// <summary>A status for people: a word, what it means, and how good that is.</summary>
/// <param name="Word">Short.</param>
/// <param name="Sentence">What became of the message.</param>
/// <param name="Tone">A class of <c>.tag</c>; null for neither good nor bad.</param>
public sealed record StatusText(string Word, string Sentence, string? Tone)
{
    public static StatusText Of(MessageStatus status) => status switch
    {
        MessageStatus.Queued => new(Texts.StatusQueued, Texts.MeansQueued, "accent"),
        MessageStatus.Delayed => new(Texts.StatusDelayed, Texts.MeansDelayed, "warn"),
        MessageStatus.Forwarded => new(Texts.StatusForwarded, Texts.MeansForwarded, "good"),
        MessageStatus.Dropped => new(Texts.StatusDropped, Texts.MeansDropped, null),
        MessageStatus.Rejected => new(Texts.StatusRejected, Texts.MeansRejected, "bad"),
        MessageStatus.TemporarilyRejected => new(Texts.StatusTemporarilyRejected, Texts.MeansTemporarilyRejected, "warn"),
        MessageStatus.Bounced => new(Texts.StatusBounced, Texts.MeansBounced, "bad"),
        MessageStatus.Failed => new(Texts.StatusFailed, Texts.MeansFailed, "bad"),
        MessageStatus.Abandoned => new(Texts.StatusAbandoned, Texts.MeansAbandoned, null),
        MessageStatus.Duplicate => new(Texts.StatusDuplicate, Texts.MeansDuplicate, null),
        MessageStatus.Quarantined => new(Texts.StatusQuarantined, Texts.MeansQuarantined, "warn"),
        _ => new(status.ToWord(), string.Empty, null),
    };
}
