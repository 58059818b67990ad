namespace EmailRouting.Storage;

/// <summary>How often mail was refused for one reason within an hour, in one domain or in all.</summary>
public sealed class RefusalRow
{
    public DateTimeOffset Hour { get; set; }

    /// <summary>Of an alias; empty for the whole server.</summary>
    public required string Domain { get; set; }

    /// <summary>Reply code and enhanced status code, <c>550 5.1.1</c>; the code alone where there is no other.</summary>
    public required string Reason { get; set; }

    public long Count { get; set; }
}
