namespace EmailRouting.MailAuth.Spf;

/// <summary>Whose domain is asked (RFC 7208 §2.3 and §2.4).</summary>
public enum SpfIdentity
{
    /// <summary>The envelope sender; for the null sender, postmaster at the name in HELO.</summary>
    MailFrom,

    /// <summary>The name in HELO or EHLO.</summary>
    Helo,
}
