using System.Collections.Immutable;

namespace EmailRouting.MailAuth.Dkim;

/// <summary>What the DNS said about the key of a signature.</summary>
internal abstract record KeyAnswer
{
    private KeyAnswer()
    {
    }

    /// <param name="Records">At least one; which of several is meant is not said (RFC 6376 §3.6.2.2), so each may verify.</param>
    public sealed record Found(ImmutableArray<KeyRecord> Records) : KeyAnswer;

    /// <summary>There is none that may be used.</summary>
    public sealed record Unusable(string Reason) : KeyAnswer;

    /// <summary>The DNS did not answer.</summary>
    public sealed record Failed(string Reason) : KeyAnswer;
}
