namespace EmailRouting.Storage;

/// <summary>Whether mail is received for a domain (invariant 11). Stored as its number.</summary>
public enum DomainState
{
    /// <summary>Not received for and not resolved until its control is proven.</summary>
    Pending = 0,

    Live = 1,
}
