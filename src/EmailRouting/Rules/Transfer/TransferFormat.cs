namespace EmailRouting.Rules.Transfer;

/// <summary>What an import is written in.</summary>
public enum TransferFormat
{
    /// <summary>Found out from the first characters.</summary>
    Auto,

    /// <summary>Our own export.</summary>
    EmailRouting,

    /// <summary>Rules as Cloudflare's API lists them.</summary>
    Cloudflare,

    /// <summary>A Postfix table of virtual aliases, <c>virtual(5)</c>.</summary>
    Postfix,

    /// <summary>RFC 4180, with a line of headings.</summary>
    Csv,
}
