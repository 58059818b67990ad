namespace EmailRouting.MailAuth.Spf;

/// <summary>What a check of SPF comes to (RFC 7208 §2.6).</summary>
public enum SpfResult
{
    /// <summary>The domain says nothing: it has no record, or there is no domain to ask.</summary>
    None,

    /// <summary>The domain says expressly that it does not say.</summary>
    Neutral,

    /// <summary>The client may send for the domain.</summary>
    Pass,

    /// <summary>The client may not.</summary>
    Fail,

    /// <summary>The client probably may not.</summary>
    SoftFail,

    /// <summary>The DNS did not answer: another time it may.</summary>
    TempError,

    /// <summary>What the domain publishes cannot be read, or asks for more than may be looked up: its owner has to mend it.</summary>
    PermError,
}
