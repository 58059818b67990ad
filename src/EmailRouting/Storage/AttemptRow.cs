namespace EmailRouting.Storage;

/// <summary>One attempt on the way out, or the end of a delivery without one.</summary>
public sealed class AttemptRow
{
    public long MessageId { get; set; }

    /// <summary>In the order in which they were written down, from 0.</summary>
    public int Ordinal { get; set; }

    public DateTimeOffset At { get; set; }

    public int Number { get; set; }

    public required string Destination { get; set; }

    public required string Aliases { get; set; }

    public required string Result { get; set; }

    public required string Host { get; set; }

    public required string Address { get; set; }

    public required string Tls { get; set; }

    public required string Reply { get; set; }

    public byte[]? Sha256 { get; set; }

    public long ElapsedMicroseconds { get; set; }

    /// <summary>The sender that the copy went out with; null: as it came.</summary>
    public string? ReturnPath { get; set; }

    /// <summary>Names of the fields that were put in front; null where nothing was.</summary>
    public string? Prepended { get; set; }
}
