using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EmailRouting.Delivery;

/// <summary>Who may vouch for a stranger's certificate.</summary>
/// <param name="Roots">Null: the authorities that the system trusts.</param>
internal sealed record CertificateTrust(X509Certificate2Collection? Roots)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    public static CertificateTrust OfTheSystem { get; } = new(Roots: null);

    /// <remarks>A certificate names the places where its issuer and its revocation can be fetched: a stranger's certificate must not make us connect there (invariant 8).</remarks>
    public X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck };
        policy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        if (Roots is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(Roots);
        }

        return policy;
    }
}
