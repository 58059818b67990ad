namespace EmailRouting.MailAuth.Forecasts;

/// <summary>Whether the destination will be able to tell that a forwarded message is from whom it says.</summary>
public enum Outlook
{
    /// <summary>It depends on what is not known: whether the message is signed, or what the DNS did not answer.</summary>
    Open,

    /// <summary>It can be authenticated, or nobody asks for it.</summary>
    Good,

    /// <summary>Only with trust in our seal (ARC).</summary>
    Sealed,

    /// <summary>It cannot, and nobody asks to have such mail refused; it may still be taken for spam.</summary>
    Weak,

    /// <summary>It cannot, and its domain asks to have such mail refused or put aside.</summary>
    Bad,
}
