namespace EmailRouting.Storage;

/// <summary>One transaction on the way in.</summary>
public sealed class MessageRow
{
    /// <summary>The number behind the id in our 250; grows with time.</summary>
    public long Id { get; set; }

    public DateTimeOffset At { get; set; }

    public required string Client { get; set; }

    public required string ClientName { get; set; }

    public required string Tls { get; set; }

    public required string Sender { get; set; }

    public long Size { get; set; }

    public byte[]? Sha256 { get; set; }

    public required string Result { get; set; }

    /// <summary>Destinations that it is owed to; null in rows from before this was written down.</summary>
    public int? Owed { get; set; }

    public MessageStatus Status { get; set; }

    public required string Reply { get; set; }

    public long ElapsedMicroseconds { get; set; }

    /// <summary>JSON, see <c>CheckText</c>; null where nothing was looked at.</summary>
    public string? Checks { get; set; }
}
