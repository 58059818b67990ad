using System.ComponentModel.DataAnnotations.Schema;

namespace EmailRouting.Storage;

/// <summary>One copy of a message that is owed to one destination. The row is gone when nothing is owed any more.</summary>
[Table("Deliveries")]
public sealed class QueueDbDelivery
{
    public long Id { get; set; }

    public long MessageId { get; set; }

    public string Destination { get; set; } = string.Empty;

    /// <summary>Of the destination: fairness between domains is decided on it.</summary>
    public string Domain { get; set; } = string.Empty;

    /// <summary>JSON, see <c>AliasList</c>.</summary>
    public string Aliases { get; set; } = string.Empty;

    /// <summary>Their domains, see <c>AliasDomains</c>.</summary>
    public string AliasDomains { get; set; } = string.Empty;

    /// <summary>Where it turns when the destination fails; null where that is the end, or where it has turned already.</summary>
    public string? Fallback { get; set; }

    /// <summary>How long the destination may put it off until then, in milliseconds of its age; null: only a permanent refusal leads on.</summary>
    public long? FallbackAfter { get; set; }

    /// <summary>The sender that this copy goes out with, where the profile of the aliases' domain has it rewritten; null: the message's own.</summary>
    public string? ReturnPath { get; set; }

    /// <summary>What is put in front of the message; null where nothing is.</summary>
    public byte[]? Trace { get; set; }

    public QueueDbState State { get; set; }

    /// <summary>When to attempt it; while it is claimed, when the lease ends. The one column that claims are ordered by.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>The token of who attempts it now; 0 where nobody does.</summary>
    public long Claim { get; set; }

    public int Attempts { get; set; }

    /// <summary>What the last attempt was told, for the operator; a sender never sees it.</summary>
    public string? LastReply { get; set; }

    /// <summary>Where its age counts from: the acceptance, moved on by the time it was held.</summary>
    public DateTimeOffset AgesFrom { get; set; }

    /// <summary>When it was held or failed; null while it is queued.</summary>
    public DateTimeOffset? RestingSince { get; set; }
}
