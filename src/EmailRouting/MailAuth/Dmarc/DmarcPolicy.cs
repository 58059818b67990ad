namespace EmailRouting.MailAuth.Dmarc;

/// <summary>What a domain asks to have done with mail in its name that fails. A larger one is stricter.</summary>
public enum DmarcPolicy
{
    None,
    Quarantine,
    Reject,
}
