using System.Diagnostics;
using EmailRouting.MailAuth.Spf;
using EmailRouting.Smtp;

namespace EmailRouting.MailAuth.Dmarc;

/// <summary>What SPF has to say about a message, as far as DMARC and <c>Authentication-Results</c> ask.</summary>
/// <param name="Domain">Of MAIL FROM, or of HELO for the null sender; lower-case A-labels.</param>
/// <param name="Status">For DMARC only <see cref="AuthStatus.Pass"/> and <see cref="AuthStatus.TemporaryError"/> make a difference.</param>
public sealed record SpfEvidence(string Domain, AuthStatus Status)
{
    /// <summary><c>mailfrom</c>, or <c>helo</c> where the sender is null.</summary>
    public string Identity { get; init; } = "mailfrom";

    /// <param name="outcome">Of the check of MAIL FROM.</param>
    /// <param name="sender">Null is the null reverse-path, for which the name in HELO was asked.</param>
    public static SpfEvidence Of(SpfOutcome outcome, EmailAddress? sender) => new(outcome.Domain.ToLowerInvariant(), StatusOf(outcome.Result))
    {
        Identity = sender is null ? "helo" : "mailfrom",
    };

    private static AuthStatus StatusOf(SpfResult result) => result switch
    {
        SpfResult.None => AuthStatus.None,
        SpfResult.Neutral => AuthStatus.Neutral,
        SpfResult.Pass => AuthStatus.Pass,
        SpfResult.Fail => AuthStatus.Fail,
        SpfResult.SoftFail => AuthStatus.SoftFail,
        SpfResult.TempError => AuthStatus.TemporaryError,
        SpfResult.PermError => AuthStatus.PermanentError,
        _ => throw new UnreachableException(),
    };
}
