namespace EmailRouting.Storage;

/// <summary>One recipient of a transaction, accepted or refused.</summary>
public sealed class RecipientRow
{
    public long MessageId { get; set; }

    public int Position { get; set; }

    /// <summary>What the address means, in lower case and with its domain in A-labels: it is searched by.</summary>
    public required string Alias { get; set; }

    /// <summary>Of the alias; empty for a <c>postmaster</c> without one.</summary>
    public required string Domain { get; set; }

    public required string Decision { get; set; }

    public Guid? RuleId { get; set; }

    public required string Reply { get; set; }
}
