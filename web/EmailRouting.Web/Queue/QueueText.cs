using System.Globalization;
using EmailRouting.Queue;
using EmailRouting.Storage;
using EmailRouting.Web.Parts;

namespace EmailRouting.Web.Queue;

/// <summary>A delivery in words.</summary>
internal static class QueueText
{
    public static (string Word, string Sentence, string? Tone) State(QueueEntry entry) => entry.State switch
    {
        QueueDbState.Held => (Texts.StateHeld, Texts.MeansHeld, "accent"),
        QueueDbState.Failed => (Texts.StateFailed, Texts.MeansFailed, "bad"),
        _ when entry.IsUnderWay => (Texts.StateUnderWay, Texts.MeansUnderWay, "good"),
        _ => (Texts.StateQueued, Texts.MeansQueued, "warn"),
    };

    public static string State(QueueDbState state) => state switch
    {
        QueueDbState.Held => Texts.StateHeld,
        QueueDbState.Failed => Texts.StateFailed,
        _ => Texts.StateQueued,
    };

    /// <summary>Null where none is due.</summary>
    public static DateTimeOffset? NextAttempt(QueueEntry entry) => entry is { IsUnderWay: false, State: QueueDbState.Queued } ? entry.DueAt : null;

    public static string Sender(QueueEntry entry) => entry.Sender is { } sender ? DomainText.ShowAddress(sender) : Texts.NullSender;

    public static string Destination(QueueEntry entry) => DomainText.ShowAddress(entry.Target.Destination.Text);

    public static string Aliases(QueueEntry entry) => string.Join(", ", entry.Target.Aliases.Select(alias => DomainText.ShowAddress(alias.Alias.Text)));

    public static string Deliveries(int number) =>
        number == 1 ? Texts.DeliveryOne : string.Format(CultureInfo.CurrentCulture, Texts.DeliveryMany, number);
}
