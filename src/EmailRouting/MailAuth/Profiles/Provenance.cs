using System.Net;
using EmailRouting.Smtp;

namespace EmailRouting.MailAuth.Profiles;

/// <summary>How a message came to us, as far as a trace tells of it.</summary>
/// <param name="ClientName">What the client called itself at EHLO: any text.</param>
/// <param name="Client">Where it connected from.</param>
/// <param name="IsExtended">It said EHLO.</param>
/// <param name="IsEncrypted">It came over TLS.</param>
/// <param name="Results">What was found out about its author; null where nothing was asked.</param>
public sealed record Provenance(string ClientName, IPAddress Client, bool IsExtended, bool IsEncrypted, AuthenticationResult? Results)
{
    /// <summary>The <c>with</c> of a <c>Received</c> line (RFC 3848, RFC 6531 §4.3).</summary>
    internal string Protocol(MailParameters parameters) =>
        $"{(parameters.SmtpUtf8 ? "UTF8SMTP" : IsExtended ? "ESMTP" : "SMTP")}{(IsEncrypted ? "S" : string.Empty)}";
}
