using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EmailRouting.Testing;

/// <summary>A certificate that nobody vouches for, good for a day.</summary>
public static class SelfSignedCertificate
{
    public static X509Certificate2 For(string host)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
