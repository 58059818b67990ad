using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace EmailRouting.Delivery;

/// <summary>Looks at the certificate of one connection, and remembers: one that does not verify is good for encryption, but not for a password or a policy.</summary>
/// <param name="trust">Who may vouch for it.</param>
/// <param name="isRequired">Without a certificate that verifies there is no connection.</param>
internal sealed class CertificateCheck(CertificateTrust trust, bool isRequired)
{
    private const string Verified = "verified";

    /// <summary>Closed: <c>verified</c>, <c>self-signed</c>, <c>expired</c>, <c>name-mismatch</c>, <c>untrusted</c>, or <c>none</c>; empty before the handshake.</summary>
    public string Result { get; private set; } = string.Empty;

    public bool IsVerified => Result == Verified;

    /// <param name="host">The name that the certificate has to be for.</param>
    /// <param name="isOldTlsAllowed">Where TLS is a courtesy, an old one is better than none.</param>
    public SslClientAuthenticationOptions Options(string host, bool isOldTlsAllowed) => new()
    {
        TargetHost = host,
        EnabledSslProtocols = isOldTlsAllowed ? SslProtocols.None : SslProtocols.Tls12 | SslProtocols.Tls13,
        CertificateChainPolicy = trust.Policy(),
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
        {
            Result = Judge(certificate, chain, errors, host);
            return IsVerified || !isRequired;
        },
    };

    private static string Judge(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, string host)
    {
        if (certificate is not X509Certificate2 shown)
        {
            return "none";
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            X509ChainStatusFlags status = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, static (all, one) => all | one.Status) ?? default;
            return shown.SubjectName.RawData.AsSpan().SequenceEqual(shown.IssuerName.RawData) ? "self-signed"
                : status == X509ChainStatusFlags.NotTimeValid ? "expired"
                : "untrusted";
        }

        // RFC 8461 §4.2 and RFC 6125: the alternative names count, the common name does not.
        return errors == SslPolicyErrors.None && shown.MatchesHostname(host, allowWildcards: true, allowCommonName: false) ? Verified : "name-mismatch";
    }
}
