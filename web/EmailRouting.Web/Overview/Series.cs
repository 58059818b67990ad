using EmailRouting.Storage;

namespace EmailRouting.Web.Overview;

/// <summary>What is drawn as one part of each bar: statuses that mean much the same to who looks from afar.</summary>
/// <param name="Key">Its class in the sheet; parts are told apart by pattern as well as by colour.</param>
/// <param name="Statuses">Empty: every other.</param>
public sealed record Series(string Key, IReadOnlyList<MessageStatus> Statuses)
{
    /// <summary>From the bottom of a bar upwards.</summary>
    public static readonly Series[] All =
    [
        new("forwarded", [MessageStatus.Forwarded]),
        new("waiting", [MessageStatus.Queued, MessageStatus.Delayed, MessageStatus.TemporarilyRejected]),
        new("failed", [MessageStatus.Failed, MessageStatus.Bounced]),
        new("rejected", [MessageStatus.Rejected]),
        new("dropped", [MessageStatus.Dropped, MessageStatus.Duplicate]),
        new("other", []),
    ];

    private static readonly HashSet<MessageStatus> Named = [.. All.SelectMany(series => series.Statuses)];

    public string Name => Key switch
    {
        "forwarded" => Texts.SeriesForwarded,
        "waiting" => Texts.SeriesWaiting,
        "failed" => Texts.SeriesFailed,
        "rejected" => Texts.SeriesRejected,
        "dropped" => Texts.SeriesDropped,
        _ => Texts.SeriesOther,
    };

    public long Count(IEnumerable<KeyValuePair<MessageStatus, long>> messages) =>
        messages.Where(m => Statuses.Count > 0 ? Statuses.Contains(m.Key) : !Named.Contains(m.Key)).Sum(m => m.Value);
}
