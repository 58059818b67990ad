using System.Collections.Immutable;

namespace EmailRouting.MailAuth.Dmarc;

/// <summary>Whether the domain in a message's From stands behind it.</summary>
/// <param name="Status">
/// <see cref="AuthStatus.Pass"/>, <see cref="AuthStatus.Fail"/>, <see cref="AuthStatus.None"/> (the domain publishes no policy),
/// <see cref="AuthStatus.TemporaryError"/> (the DNS did not answer for what might have made it a pass) or <see cref="AuthStatus.PermanentError"/> (nobody can say
/// whose message it is).
/// </param>
/// <param name="Author">The domain in From; of several the one that decided; null where it is not clear.</param>
/// <param name="Reason">In a few words of ours.</param>
public sealed record DmarcResult(AuthStatus Status, string? Author, string Reason)
{
    /// <summary>True where From is there, and programs might read different authors in it.</summary>
    public bool HasUnclearAuthor { get; init; }

    /// <summary>Where the policy was found; null where there is none.</summary>
    public string? PolicyDomain { get; init; }

    /// <summary>What that domain publishes for this author.</summary>
    public DmarcPolicy Published { get; init; }

    /// <summary>True where the domain says that it is only trying its policy out.</summary>
    public bool IsTest { get; init; }

    /// <summary>What the domain asks to have done with this very message: one step less than published while it tests, nothing where it did not fail.</summary>
    public DmarcPolicy Applied => Status != AuthStatus.Fail ? DmarcPolicy.None
        : IsTest && Published > DmarcPolicy.None ? Published - 1
        : Published;

    /// <summary>What stands behind the author: <c>dkim</c> or <c>spf</c> with the domain that passed, <c>dkim=example.com</c>.</summary>
    public ImmutableArray<string> AlignedBy { get; init; } = [];
}
