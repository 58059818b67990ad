namespace EmailRouting.Storage;

/// <summary>One recipient of a transaction, accepted or refused.</summary>
public sealed class RecipientRow
{
    public long MessageId { get; set; }

    public int Position { get; set; }

    /// <summary>As the client named it, in lower case: it is searched by.</summary>
    public required string Alias { get; set; }

    public required string Decision { get; set; }

    public Guid? RuleId { get; set; }

    public required string Reply { get; set; }
}
