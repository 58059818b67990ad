using System.ComponentModel.DataAnnotations;

namespace EmailRouting.Activity;

/// <summary>The activity log: <c>Activity:*</c>.</summary>
public sealed class ActivityOptions
{
    public const string Section = "Activity";

    /// <summary>How long records are kept.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Records that may wait to be written; what comes beyond is counted and left out.</summary>
    [Range(100, 10_000_000)]
    public int Backlog { get; set; } = 50_000;
}
