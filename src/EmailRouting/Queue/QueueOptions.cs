using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EmailRouting.Queue;

/// <summary>Section <c>Queue</c> of the configuration.</summary>
public sealed class QueueOptions
{
    public const string Section = "Queue";

    /// <summary>How long after the first attempt comes the second; each wait is twice the one before.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan FirstRetry { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>No wait is longer than this (and a quarter, for jitter).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan LongestRetry { get; set; } = TimeSpan.FromHours(4);

    /// <summary>After which the sender is told that it failed. RFC 5321 §4.5.4.1 asks for four to five days.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromDays(5);

    /// <summary>How long a delivery that failed, and that nobody may be told of, is kept for the operator.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "3650.00:00:00")]
    public TimeSpan KeepFailed { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long a claim lasts that nobody renews. Longer than the server can hang and live.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Attempts under way at once.</summary>
    [Range(1, 10_000)]
    public int Concurrency { get; set; } = 200;

    /// <summary>Of those, at one destination domain.</summary>
    [Range(1, 10_000)]
    public int ConcurrencyPerDomain { get; set; } = 20;

    /// <summary>Deliveries in memory at once: the queue beyond is only on disk, so it may be as long as the disk is large.</summary>
    [Range(1, 1_000_000)]
    public int Window { get; set; } = 2_000;

    /// <summary>Bytes of message bodies that wait in memory for their first attempt; past it a new message is read from disk again when its turn comes, a large one only after it has waited for a place.</summary>
    /// <remarks>Well under the memory for all messages (<c>Smtp:MemoryBudget</c>, where a body counts up to twice): what waits here must not keep new mail out.</remarks>
    [Range(0L, 1L << 40)]
    public long WindowBytes { get; set; } = 6 * 1024 * 1024;

    /// <summary>The name that reports give as theirs; set from <c>Smtp:HostName</c>.</summary>
    [Required]
    public string ReportingHost { get; set; } = string.Empty;
}

[OptionsValidator]
public sealed partial class QueueOptionsValidator : IValidateOptions<QueueOptions>;
