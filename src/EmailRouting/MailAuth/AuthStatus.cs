namespace EmailRouting.MailAuth;

/// <summary>What a check of a message came to, in the words of RFC 8601 §2.7.</summary>
public enum AuthStatus
{
    /// <summary>There was nothing to check.</summary>
    None,

    Pass,

    /// <summary>Checked, and wrong: a digest or a signature does not match.</summary>
    Fail,

    /// <summary>Not checked, or right in form only, because a rule of ours does not accept it.</summary>
    Policy,

    Neutral,

    /// <summary>SPF alone: probably wrong.</summary>
    SoftFail,

    /// <summary>The DNS did not answer; a later check may come to something.</summary>
    TemporaryError,

    /// <summary>Cannot be checked, now or later: it is not written as the RFC says, or its key is missing.</summary>
    PermanentError,
}
