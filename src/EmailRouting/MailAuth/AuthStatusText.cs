using System.Diagnostics;

namespace EmailRouting.MailAuth;

public static class AuthStatusText
{
    /// <summary>The keyword of RFC 8601 §2.7.</summary>
    public static string Keyword(this AuthStatus status) => status switch
    {
        AuthStatus.None => "none",
        AuthStatus.Pass => "pass",
        AuthStatus.Fail => "fail",
        AuthStatus.Policy => "policy",
        AuthStatus.Neutral => "neutral",
        AuthStatus.SoftFail => "softfail",
        AuthStatus.TemporaryError => "temperror",
        AuthStatus.PermanentError => "permerror",
        _ => throw new UnreachableException(),
    };
}
