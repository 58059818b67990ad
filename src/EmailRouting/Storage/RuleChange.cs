namespace EmailRouting.Storage;

/// <summary>
/// A note, written in the transaction of an edit, of what must be read again: whoever holds the rules in memory, in whatever process, asks for the notes
/// after the last one it has seen.
/// </summary>
public sealed class RuleChange
{
    /// <summary>A <see cref="DomainId"/> that no domain has: the contact of the installation may have changed, or the list of senders for all domains.</summary>
    public static readonly Guid NoDomain = Guid.Empty;

    /// <summary>Rises, and is never used twice.</summary>
    public long Sequence { get; init; }

    /// <summary>Null: everything.</summary>
    public Guid? DomainId { get; init; }

    /// <summary>The exact rule of that key; null: the domain itself and its catch-all.</summary>
    public string? LocalKey { get; init; }
}
