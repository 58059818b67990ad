namespace EmailRouting.Storage;

/// <summary>What a domain has done to the mail that is forwarded for it. The numbers are in the database.</summary>
[Flags]
public enum ForwardingProfile
{
    /// <summary>Nothing: sender and bytes go on as they came.</summary>
    Transparent = 0,

    /// <summary>The envelope sender becomes an address of the domain (SRS), so that SPF finds us where we send.</summary>
    Srs = 1,

    /// <summary><c>Received</c> and <c>Authentication-Results</c> are put in front of the message.</summary>
    Trace = 2,

    /// <summary>An ARC set is put in front of the message, sealed for the domain.</summary>
    Arc = 4,

    Authenticated = Srs | Trace | Arc,
}
