using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using EmailRouting.Queue;
using EmailRouting.Storage;

namespace EmailRouting.Server.Cli;

/// <summary>One delivery as the command line prints it.</summary>
internal sealed record QueueLine(
    string Id,
    string Delivery,
    QueueDbState State,
    bool UnderWay,
    DateTimeOffset? DueAt,
    string? Sender,
    ImmutableArray<string> Aliases,
    string Destination,
    string? Fallback,
    DateTimeOffset ReceivedAt,
    long Bytes,
    string Sha256,
    int Attempts,
    string? LastReply)
{
    [JsonIgnore]
    public string StateText => UnderWay ? "under way" : State switch
    {
        QueueDbState.Held => "held",
        QueueDbState.Failed => "failed",
        _ => "queued",
    };

    [JsonIgnore]
    public string SenderText => Sender ?? "<>";

    public static QueueLine Of(QueueEntry entry) => new(
        entry.MessageId.ToString(),
        entry.Id.ToString(),
        entry.State,
        entry.IsUnderWay,
        entry is { IsUnderWay: false, State: QueueDbState.Queued } ? entry.DueAt : null,
        entry.Sender,
        [.. entry.Target.Aliases.Select(alias => alias.Alias.ToString())],
        entry.Target.Destination.ToString(),
        entry.Target.Fallback?.Destination.ToString(),
        entry.ReceivedAt,
        entry.Length,
        Convert.ToHexStringLower(entry.Sha256.AsSpan()),
        entry.Attempts,
        entry.LastReply);

    /// <summary>Octets as a person reads them.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1024 => $"{bytes} B",
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024):0.0} MiB"),
    };

    /// <summary>When the next attempt is made.</summary>
    public string Next(DateTimeOffset now)
    {
        if (DueAt is not { } due)
        {
            return UnderWay ? "now" : "never";
        }

        TimeSpan wait = due - now;
        return wait <= TimeSpan.Zero ? "now" : wait < TimeSpan.FromMinutes(1) ? $"in {Math.Ceiling(wait.TotalSeconds)} s"
            : wait < TimeSpan.FromHours(2) ? $"in {Math.Ceiling(wait.TotalMinutes)} min" : $"in {Math.Round(wait.TotalHours)} h";
    }
}
