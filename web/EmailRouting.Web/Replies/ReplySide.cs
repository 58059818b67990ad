namespace EmailRouting.Web.Replies;

/// <summary>Who said something.</summary>
public enum ReplySide
{
    /// <summary>It is not known: where replies are only counted.</summary>
    Either,

    /// <summary>This server, to whoever sent the mail.</summary>
    Door,

    /// <summary>The server of an inbox, to us; or we, for what it could not say.</summary>
    Destination,
}
