namespace EmailRouting.Storage;

/// <summary>A message that was taken without its sender knowing: its retry is answered and not taken again.</summary>
public sealed class LedgerRow
{
    /// <summary>Digest over message, envelope sender and recipients, in hexadecimal.</summary>
    public required string Key { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }
}
