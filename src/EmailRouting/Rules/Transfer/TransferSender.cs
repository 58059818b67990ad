namespace EmailRouting.Rules.Transfer;

/// <summary>An entry of an allow or block list.</summary>
public sealed record TransferSender
{
    public required string Entry { get; init; }

    /// <summary>False: blocked.</summary>
    public required bool Allowed { get; init; }

    public string? Note { get; init; }
}
