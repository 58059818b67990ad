using System.Collections.Immutable;

namespace EmailRouting.MailAuth.Arc;

/// <summary>Whether the chain of those who handled a message before us holds (RFC 8617 §5.2).</summary>
/// <param name="Status">
/// <see cref="AuthStatus.None"/> without any ARC field, <see cref="AuthStatus.Pass"/>, <see cref="AuthStatus.Fail"/>, or
/// <see cref="AuthStatus.TemporaryError"/> where the DNS did not answer.
/// </param>
/// <param name="Reason">In a few words of ours; empty for a pass.</param>
public sealed record ArcResult(AuthStatus Status, string Reason)
{
    /// <summary>How many handlers are in the chain.</summary>
    public int Length { get; init; }

    /// <summary>Who sealed, from the first to the last. That a chain holds says nothing of whether they are to be trusted.</summary>
    public ImmutableArray<string> Sealers { get; init; } = [];

    /// <summary>The last of them wrote down that DMARC passed when the message came to it. Only a chain that holds says so.</summary>
    public bool SaysDmarcPassed { get; init; }
}
