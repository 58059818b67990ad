namespace EmailRouting.MailAuth.Dkim;

/// <summary>What became of one <c>DKIM-Signature</c> field.</summary>
/// <param name="Status">
/// <see cref="AuthStatus.Pass"/> where the signature holds; <see cref="AuthStatus.TemporaryError"/> where the DNS did not answer for its key. Everything else is
/// as if the field were not there.
/// </param>
/// <param name="Domain">Who signed (<c>d=</c>), in lower-case A-labels; null where that cannot be read.</param>
/// <param name="Selector">Which of its keys (<c>s=</c>), likewise.</param>
/// <param name="Algorithm">Null where it is unknown or not taken any more.</param>
/// <param name="Reason">In a few words of ours; empty for a plain pass.</param>
public sealed record DkimResult(AuthStatus Status, string? Domain, string? Selector, SigningAlgorithm? Algorithm, string Reason)
{
    /// <summary>On whose behalf (<c>i=</c>), <c>@domain</c> where it is not said; null where it cannot be read.</summary>
    public string? Identity { get; init; }

    /// <summary>The first characters of <c>b=</c>, which tell two signatures of one domain apart (RFC 6008).</summary>
    public string SignatureStart { get; init; } = string.Empty;

    /// <summary>Octets of the body that <c>l=</c> leaves unsigned: anybody may have written them.</summary>
    public long UnsignedOctets { get; init; }

    /// <summary>The domain says that it is trying DKIM out (<c>t=y</c>).</summary>
    public bool IsTest { get; init; }

    /// <summary>Whether <see cref="Domain"/> answers for this message, so that DMARC may build on it.</summary>
    /// <remarks>
    /// A signature over the beginning of a body passes, as RFC 6376 §3.5 has it, and proves nothing about the text that was added behind it: it is
    /// reported, and nothing is built on it.
    /// </remarks>
    public bool IsUsable => Status == AuthStatus.Pass && UnsignedOctets == 0;
}
